using System.Diagnostics;
using System.Globalization;
using AutoBuild.Workspaces;

namespace AutoBuild.Benchmarks;

/// <summary>Measures a ready worktree from the warm pool beside <c>git worktree add</c>, turn about, on 10,000 files.</summary>
internal static class WorktreeBench
{
    private const int Files = 10_000;
    private const int Rounds = 9;

    public static async Task RunAsync(TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        var source = await SampleRepository.CreateAsync(directory.Sub("repository"), Files).ConfigureAwait(false);
        var clone = await BareClone.OpenAsync(Path.Combine(directory.Path, "clone.git"), source).ConfigureAwait(false);
        await clone.TakeOriginInAsync("main").ConfigureAwait(false);
        var tip = (await clone.ResolveAsync("refs/heads/main").ConfigureAwait(false))!;
        var pool = new TreePool(directory.Sub("worktrees"));
        await pool.WarmAsync("bench", clone, tip).ConfigureAwait(false);
        List<double> add = [], remove = [], prepare = [], giveBack = [];
        for (var round = 0; round < Rounds; round++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"round{round}");
            var tree = Path.Combine(directory.Path, "linked-" + name);
            add.Add(await TimeAsync(() => SampleRepository.GitAsync(source, "worktree", "add", "-q", "-b", name, tree)).ConfigureAwait(false));
            remove.Add(await TimeAsync(() => SampleRepository.GitAsync(source, "worktree", "remove", "--force", tree)).ConfigureAwait(false));
            TreeLease? lease = null;
            prepare.Add(await TimeAsync(async () =>
            {
                lease = await pool.LeaseAsync("bench", name, clone, tip).ConfigureAwait(false);
                await JobTree.PrepareAsync(Plan(directory, clone, lease, name, tip)).ConfigureAwait(false);
            }).ConfigureAwait(false));
            giveBack.Add(await TimeAsync(() => pool.ReturnAsync(lease!, name)).ConfigureAwait(false));
        }

        await output.WriteLineAsync($"""
            | figure (median of {Rounds} rounds, turn about, {Files:#,0} files) | git | pool | ratio | aim |
            |---|---|---|---|---|
            | ready worktree, ms (`git worktree add` / lease and prepare) | {Text(add)} | {Text(prepare)} | {Ratio(prepare, add)} | 0.5 |
            | given back, ms (`git worktree remove --force` / return to the pool, cleaned) | {Text(remove)} | {Text(giveBack)} | {Ratio(giveBack, remove)} | |
            """).ConfigureAwait(false);
    }

    private static TreePlan Plan(TemporaryDirectory directory, BareClone clone, TreeLease lease, string name, string tip) => new()
    {
        Repository = clone.Path,
        Path = lease.Tree,
        GitDir = lease.GitDir,
        Branch = "autobuild/" + name,
        StartCommit = tip,
        BaseCommit = tip,
        Home = directory.Sub("home-" + name),
        Temp = directory.Sub("temp-" + name),
    };

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var clock = Stopwatch.StartNew();
        await action().ConfigureAwait(false);
        return clock.Elapsed.TotalMilliseconds;
    }

    private static string Text(IEnumerable<double> values) => Figures.Text(new Figures(values).Median);

    private static string Ratio(IEnumerable<double> ours, IEnumerable<double> theirs) => Figures.Text(new Figures(ours).Median / new Figures(theirs).Median);
}
