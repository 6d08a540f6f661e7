using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;
using AutoBuild.Runner.Journal;
using AutoBuild.Workspaces;
using EventLog = AutoBuild.Runner.Journal.EventLog;

namespace AutoBuild.Benchmarks;

/// <summary>Measures how fast Claude Code's lines go through all that a runner does with them (masking, raw log, reader, events), beside a bare split of the same bytes into lines.</summary>
internal static class ReaderBench
{
    private const int Rounds = 9;
    private const int Chunk = 64 * 1024;

    public static async Task RunAsync(TextWriter output)
    {
        (string What, byte[] Bytes)[] samples =
        [
            ("4,000 lines of a turn: words, tool calls, results of 1 KB", Turn(1_000, 1_000)),
            ("400 lines, results of 100 KB", Turn(100, 100_000)),
            ("32 lines, results of 8 MB", Turn(8, 8_000_000)),
        ];
        await output.WriteLineAsync($"""
            | median of {Rounds}, turn about | lines | MB | bare split, lines per second | MB/s | ours, lines per second | MB/s | events |
            |---|---|---|---|---|---|---|---|
            """).ConfigureAwait(false);
        foreach (var (what, bytes) in samples)
        {
            await CompareAsync(output, what, bytes).ConfigureAwait(false);
        }
    }

    private static async Task CompareAsync(TextWriter output, string what, byte[] bytes)
    {
        List<double> bare = [], ours = [];
        var (lines, events) = (0, 0);
        for (var round = -1; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            lines = Split(bytes);
            var split = clock.Elapsed.TotalSeconds;
            clock.Restart();
            events = Read(bytes);
            if (round >= 0)
            {
                bare.Add(split);
                ours.Add(clock.Elapsed.TotalSeconds);
            }
        }

        var (one, other, size) = (new Figures(bare).Median, new Figures(ours).Median, bytes.Length / 1e6);
        await output.WriteLineAsync($"| {what} | {Text(lines)} | {Text(size)} | {Text(lines / one)} | {Text(size / one)} | {Text(lines / other)} | {Text(size / other)} | {Text(events)} |").ConfigureAwait(false);
    }

    private static int Split(byte[] bytes)
    {
        var count = 0;
        var rest = bytes.AsSpan();
        for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
        {
            count += Encoding.UTF8.GetString(rest[..end]).Length > 0 ? 1 : 0;
            rest = rest[(end + 1)..];
        }

        return count;
    }

    private static int Read(byte[] bytes)
    {
        using var directory = new TemporaryDirectory();
        var folder = new RunFolder(directory.Path);
        string[] secrets = ["a-secret-that-is-nowhere"];
        using var log = new RawLog(folder, 200_000_000);
        using (var events = new EventLog(folder.Events, TimeProvider.System, new SecretMasker(secrets).Mask))
        {
            using var allowance = new Allowance(null, null);
            var kept = new RunOutput(log, events, secrets);
            var listener = new AgentListener(new ClaudeReader(), Context(kept, allowance), _ => { });
            var channel = kept.Open(listener.Heed);
            for (var at = 0; at < bytes.Length; at += Chunk)
            {
                channel.Push(bytes.AsMemory(at, Math.Min(Chunk, bytes.Length - at)), isError: false);
            }

            channel.Flush();
        }

        return File.ReadLines(folder.Events).Count();
    }

    // Nothing is started in it.
    private static AgentContext Context(RunOutput output, Allowance allowance) => new()
    {
        Agent = new RunAgent { Name = KnownAgents.Claude },
        Prompt = "",
        Tree = "/jobs/1/repo",
        Temp = "",
        Briefing = new Briefing("", ""),
        Environment = new Dictionary<string, string>(),
        Self = [],
        Confinement = Confinement.None,
        Marker = "",
        IdleLimit = TimeSpan.MaxValue,
        Grace = TimeSpan.Zero,
        Loop = new LoopLimits(0, TimeSpan.Zero),
        Allowance = allowance,
        Output = output,
    };

    // As it prints them: a block of a message is a line, and the result of a tool stands in a line twice.
    private static byte[] Turn(int rounds, int result)
    {
        var text = new StringBuilder();
        var content = string.Concat(Enumerable.Repeat("a line of a file that was read, \"quoted\"\n", (result / 82) + 1))[..(result / 2)];
        for (var round = 0; round < rounds; round++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"toolu_{round}");
            Say(text, "assistant", new { type = "text", text = "I look at the file, then I change it." });
            Say(text, "assistant", new { type = "tool_use", id, name = "Bash", input = new { command = string.Create(CultureInfo.InvariantCulture, $"cat file{round}.txt") } });
            text.Append(JsonSerializer.Serialize(new { type = "user", message = new { role = "user", content = new[] { new { type = "tool_result", tool_use_id = id, content } } }, tool_use_result = new { stdout = content, stderr = "" } })).Append('\n');
            Say(text, "assistant", new { type = "thinking", thinking = "It is as I thought." });
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Say(StringBuilder text, string type, object block) =>
        text.Append(JsonSerializer.Serialize(new { type, message = new { id = "msg_1", role = type, content = new[] { block }, usage = new { input_tokens = 1000, output_tokens = 20 } }, session_id = "6d9b8723-d14c-460c-b655-bf31c8d43d32" })).Append('\n');

    private static string Text(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
