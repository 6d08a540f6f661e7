using System.Diagnostics;
using System.Text.Json;
using AutoBuild.Merge;

namespace AutoBuild.Benchmarks;

/// <summary>Merges every case of the packs named in <c>MERGE_PACKS</c> in process; what comes out is scored by <c>bench/merge/judge.py</c>.</summary>
/// <remarks>
/// A pack is a folder that <c>judge.py extract</c> wrote. With <c>MERGE_OUT</c> set, it gets <c>results.jsonl</c>, a line for each case with what
/// <c>merge-file --explain</c> says of it, and the merged files under <c>merged/</c>.
/// </remarks>
internal static class MergeBench
{
    // So that the first cases don't pay for compiling.
    private const int WarmUp = 200;

    public static async Task RunAsync(TextWriter output)
    {
        var packs = (Environment.GetEnvironmentVariable("MERGE_PACKS") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        if (packs.Length == 0)
        {
            await output.WriteLineAsync("Skipped: `MERGE_PACKS` names no folder of cases; see `docs/merge.md`, \"Measuring\".").ConfigureAwait(false);
            return;
        }

        var cases = packs.SelectMany(MergeCase.Read).ToList();
        foreach (var one in cases.Take(WarmUp))
        {
            MergeEngine.Merge(one.Input());
        }

        var folder = Environment.GetEnvironmentVariable("MERGE_OUT");
        var measured = cases.ConvertAll(one => Measure(one, folder));
        if (folder is not null)
        {
            await File.WriteAllLinesAsync(Path.Combine(folder, "results.jsonl"), measured.Select(one => one.Line)).ConfigureAwait(false);
        }

        await output.WriteLineAsync("""
            | in process, ms | files | p50 | p95 | slowest | aim |
            |---|---|---|---|---|---|
            """).ConfigureAwait(false);
        await RowAsync(output, "files that git leaves in conflict", measured.Where(one => !one.Control), "5 / 50 / 2,000").ConfigureAwait(false);
        await RowAsync(output, "files that git merges cleanly", measured.Where(one => one.Control), "5").ConfigureAwait(false);
    }

    private static async Task RowAsync(TextWriter output, string name, IEnumerable<Measured> measured, string aim)
    {
        var figures = new Figures(measured.Select(one => one.Milliseconds));
        var row = figures.Count == 0 ? "| 0 | | |" : $"| {figures.Count} | {Figures.Text(figures.Median)} | {Figures.Text(figures.At(0.95))} | {Figures.Text(figures.At(1))} |";
        await output.WriteLineAsync($"| {name} {row} {aim} |").ConfigureAwait(false);
    }

    private static Measured Measure(MergeCase one, string? folder)
    {
        var input = one.Input();
        var start = Stopwatch.GetTimestamp();
        var result = MergeEngine.Merge(input);
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (folder is not null)
        {
            var merged = Directory.CreateDirectory(Path.Combine(folder, "merged")).FullName;
            File.WriteAllBytes(Path.Combine(merged, one.Id), result.Content);
        }

        return new Measured(one.Kind == "control", time, Explain(one, result, time));
    }

    private static string Explain(MergeCase one, MergeResult result, double time) => JsonSerializer.Serialize(new
    {
        id = one.Id,
        clean = result.IsClean,
        ms = Math.Round(time, 3),
        refusal = result.Refusal,
        chunks = result.Chunks.Select(chunk => new
        {
            rule = chunk.Rule,
            tier = chunk.Tier.ToString(),
            @base = Span(chunk.Base),
            ours = Span(chunk.Ours),
            theirs = Span(chunk.Theirs),
            answer = chunk.Answer,
            evidence = chunk.Evidence,
        }),
    });

    private static int[] Span(LineSpan lines) => [lines.First, lines.Count];

    private readonly record struct Measured(bool Control, double Milliseconds, string Line);
}
