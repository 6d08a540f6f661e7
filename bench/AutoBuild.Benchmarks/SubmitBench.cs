using System.Globalization;

namespace AutoBuild.Benchmarks;

/// <summary>Measures from the client's POST to the agent's first instruction, on a repository of 10,000 files with a warm pool.</summary>
internal static class SubmitBench
{
    private const int Files = 10_000;
    private const int Warmups = 5;
    private const int Runs = 60;

    // One by hand takes seconds, and a fourth of the runs is enough for a median.
    private const int ByHandEvery = 4;

    public static async Task RunAsync(TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        var repository = await SampleRepository.CreateAsync(directory.Sub("repository"), Files).ConfigureAwait(false);
        var stamps = directory.Sub("stamps");
        await using var server = await ServerUnderTest.StartAsync(directory.Sub("data")).ConfigureAwait(false);
        var project = (await server.PostAsync("projects", new { name = "bench", repo_path = repository }).ConfigureAwait(false))["id"]!.GetValue<string>();
        List<double> ours = [], byHand = [];
        for (var run = 0; run < Warmups + Runs; run++)
        {
            var name = run.ToString(CultureInfo.InvariantCulture);
            var took = await OneAsync(server, project, Path.Combine(stamps, name)).ConfigureAwait(false);
            if (run >= Warmups)
            {
                ours.Add(took);
            }

            if (run >= Warmups && run % ByHandEvery == 0)
            {
                byHand.Add(await ByHandAsync(repository, Path.Combine(directory.Path, "tree-" + name), Path.Combine(stamps, "hand-" + name)).ConfigureAwait(false));
            }
        }

        await output.WriteLineAsync($"""
            | figure ({Runs} submits, turn about, {Files:#,0} files) | p50 | p99 | aim |
            |---|---|---|---|
            | POST /jobs to the agent's process running, ms | {Figures.Text(new Figures(ours).Median)} | {Figures.Text(new Figures(ours).P99)} | 300 at p50 |
            | by hand: `git worktree add`, then the agent, ms | {Figures.Text(new Figures(byHand).Median)} | {Figures.Text(new Figures(byHand).P99)} | |
            | ratio | {Figures.Text(new Figures(ours).Median / new Figures(byHand).Median)} | {Figures.Text(new Figures(ours).P99 / new Figures(byHand).P99)} | |
            """).ConfigureAwait(false);
    }

    private static async Task<double> ByHandAsync(string repository, string tree, string stamp)
    {
        var before = TimeProvider.System.GetUtcNow();
        await SampleRepository.GitAsync(repository, "worktree", "add", "-q", "--detach", tree).ConfigureAwait(false);
        await SampleRepository.ShellAsync(tree, $"date +%s%N > {stamp}").ConfigureAwait(false);
        await SampleRepository.GitAsync(repository, "worktree", "remove", "--force", tree).ConfigureAwait(false);
        return await SinceAsync(before, stamp).ConfigureAwait(false);
    }

    private static async Task<double> SinceAsync(DateTimeOffset before, string stamp) =>
        (long.Parse((await File.ReadAllTextAsync(stamp).ConfigureAwait(false)).Trim(), CultureInfo.InvariantCulture) / 1e6) - (before - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    private static async Task<double> OneAsync(ServerUnderTest server, string project, string stamp)
    {
        var before = TimeProvider.System.GetUtcNow();
        var job = await server.PostAsync("jobs", new
        {
            project_id = project,
            ticket_id = Guid.CreateVersion7().ToString(),
            prompt = "Write a line",
            agent = "command",
            agent_command = $"date +%s%N > {stamp}; echo done > made.txt",
        }).ConfigureAwait(false);
        var id = (job["job"] ?? job)["id"]!.GetValue<string>();
        await Jobs.WaitUntilOverAsync(server, [id]).ConfigureAwait(false);
        return await SinceAsync(before, stamp).ConfigureAwait(false);
    }
}
