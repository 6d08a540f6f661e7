using System.Diagnostics;
using System.Text.Json;
using AutoBuild.Core;
using AutoBuild.Memory.Index;
using AutoBuild.Memory.Search;
using AutoBuild.Memory.Segments;

namespace AutoBuild.Benchmarks;

/// <summary>Indexes the working tree named in <c>RETRIEVAL_TREE</c> and asks it the queries of <c>RETRIEVAL_QUERIES</c>; what is found is scored by <c>bench/retrieval/judge.py</c>.</summary>
/// <remarks>The queries are a JSON list of texts. <c>RETRIEVAL_OUT</c> gets the answers; <c>RETRIEVAL_HISTORY=0</c> searches the files as if there were no past.</remarks>
internal static class RetrievalBench
{
    // As the API is asked by whoever packs a context.
    private const int Results = 60;

    // So that the first queries don't pay for compiling.
    private const int WarmUp = 30;

    public static async Task RunAsync(TextWriter output)
    {
        if (Environment.GetEnvironmentVariable("RETRIEVAL_TREE") is not { Length: > 0 } tree || Environment.GetEnvironmentVariable("RETRIEVAL_QUERIES") is not { } asked)
        {
            await output.WriteLineAsync("Skipped: `RETRIEVAL_TREE` and `RETRIEVAL_QUERIES` name no tree and no queries; `bench/retrieval/judge.py compare` sets them.").ConfigureAwait(false);
            return;
        }

        using var folder = new TemporaryDirectory();
        using var catalogue = Catalogue.Open(folder.Path);
        await using var index = new MemoryIndex(catalogue, folder.Path);
        var project = Guid.NewGuid();
        var start = Stopwatch.GetTimestamp();
        (await index.IndexAsync(new IndexRequest(project) { RepoPath = tree }, CancellationToken.None).ConfigureAwait(false)).OrThrow();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var withPast = Environment.GetEnvironmentVariable("RETRIEVAL_HISTORY") != "0";
        var searcher = new Searcher((id, reference, cancel) => OpenAsync(index, id, reference, withPast, cancel), folder.Path, TimeProvider.System);
        var queries = JsonSerializer.Deserialize<string[]>(await File.ReadAllTextAsync(asked).ConfigureAwait(false))!;
        foreach (var query in queries.Take(WarmUp))
        {
            await searcher.SearchAsync(new SearchRequest(project, query), CancellationToken.None).ConfigureAwait(false);
        }

        var answers = new List<Answer>();
        foreach (var query in queries)
        {
            answers.Add(await AskAsync(searcher, project, query).ConfigureAwait(false));
        }

        if (Environment.GetEnvironmentVariable("RETRIEVAL_OUT") is { } path)
        {
            await File.WriteAllTextAsync(path, JsonSerializer.Serialize(new { index_seconds = Math.Round(seconds, 2), answers })).ConfigureAwait(false);
        }

        var figures = new Figures(answers.Select(answer => answer.ms));
        await output.WriteLineAsync($"""
            | queries | index s | query ms p50 | p95 | aim |
            |---|---|---|---|---|
            | {queries.Length} | {Figures.Text(seconds)} | {Figures.Text(figures.Median)} | {Figures.Text(figures.At(0.95))} | 8 / 20 at 100,000 chunks |
            """).ConfigureAwait(false);
    }

    private static async Task<Result<SearchScope>> OpenAsync(MemoryIndex index, Guid project, string? reference, bool withPast, CancellationToken cancel)
    {
        var opened = await index.OpenAsync(project, reference, cancel).ConfigureAwait(false);
        return opened.Done && !withPast ? opened.Value with { Repository = null } : opened;
    }

    private static async Task<Answer> AskAsync(Searcher searcher, Guid project, string query)
    {
        var start = Stopwatch.GetTimestamp();
        // A hardened query may have lost all its words.
        var found = await searcher.SearchAsync(new SearchRequest(project, query) { MaxResults = Results }, CancellationToken.None).ConfigureAwait(false);
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return new Answer(Math.Round(time, 3), found.Done ? [.. found.Value.Results.Select(result => new Place(result.FilePath, result.StartLine, result.EndLine, result.Symbol, result.Content))] : []);
    }

#pragma warning disable IDE1006 // Names as the judge reads them.
    private sealed record Answer(double ms, IReadOnlyList<Place> results);

    private sealed record Place(string path, int first, int last, string symbol, string text);
#pragma warning restore IDE1006
}
