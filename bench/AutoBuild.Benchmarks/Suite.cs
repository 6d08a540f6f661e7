namespace AutoBuild.Benchmarks;

/// <summary>Runs the benchmarks named on the command line, or all of them, and prints one Markdown section each.</summary>
internal static class Suite
{
    private static readonly (string Name, string Measures, Func<TextWriter, Task> Run)[] Benches =
    [
        ("queue", "the embedded queue", QueueBench.RunAsync),
        ("start", "start of `up`, memory at rest", StartBench.RunAsync),
        ("child", "start of a confined child", ChildBench.RunAsync),
        ("submit", "submit to agent running", SubmitBench.RunAsync),
        ("worktree", "a ready worktree beside `git worktree add`", WorktreeBench.RunAsync),
        ("agent", "a run beside the bare command line", AgentBench.RunAsync),
        ("reader", "an agent's lines through the reader", ReaderBench.RunAsync),
        ("stream", "from an agent's line to the event stream", StreamBench.RunAsync),
        ("flood", "raw output of 440 MB", FloodBench.RunAsync),
        ("reads", "the common reads with 100,000 jobs", ReadsBench.RunAsync),
        ("events", "from a change to the readers of the event stream", EventsBench.RunAsync),
        ("tickets", "12 tickets at once", TicketsBench.RunAsync),
        ("radar", "a look of the radar at 12 branches", RadarBench.RunAsync),
        ("index", "the segments of the memory, beside SQLite FTS5", IndexBench.RunAsync),
        ("merge", "the merge engine on files of real merge commits", MergeBench.RunAsync),
        ("retrieval", "what the memory finds, and how fast", RetrievalBench.RunAsync),
    ];

    public static async Task<int> RunAsync(IReadOnlyList<string> names, TextWriter output)
    {
        var unknown = names.Where(name => Benches.All(bench => bench.Name != name)).ToList();
        if (unknown.Count > 0)
        {
            await output.WriteLineAsync($"Unknown: {string.Join(", ", unknown)}. Known: {string.Join(", ", Benches.Select(bench => bench.Name))}.").ConfigureAwait(false);
            return 2;
        }

        foreach (var (name, measures, run) in Benches.Where(bench => names.Count == 0 || names.Contains(bench.Name)))
        {
            await output.WriteLineAsync($"## {name}: {measures}\n").ConfigureAwait(false);
            await run(output).ConfigureAwait(false);
            await output.WriteLineAsync().ConfigureAwait(false);
        }

        return 0;
    }
}
