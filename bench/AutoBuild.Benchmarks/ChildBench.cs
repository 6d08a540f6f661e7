using AutoBuild.Workspaces;

namespace AutoBuild.Benchmarks;

/// <summary>Measures what a child costs from its start to its end: on its own, in a process namespace, and behind walls.</summary>
internal static class ChildBench
{
    private const int Rounds = 60;

    public static async Task RunAsync(TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        var own = directory.Sub("data/tree");
        var bare = new ChildCommand("/bin/true", []) { WorkingDirectory = own };
        var alone = bare with { Confinement = Confinement.Namespace };
        var walled = alone with { Walls = new Walls { Own = [own, directory.Sub("data/git"), directory.Sub("data/home"), directory.Sub("data/temp")], Shown = [directory.Sub("data/clone")], Hidden = [directory.Sub("data")] } };
        List<double>[] took = [[], [], []];
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (times, command) in took.Zip([bare, alone, walled]))
            {
                var result = await ChildProcess.RunAsync(command).ConfigureAwait(false);
                times.Add(result.Succeeded ? result.Elapsed.TotalMilliseconds : throw new InvalidOperationException(result.Error));
            }
        }

        await output.WriteLineAsync($"""
            | figure ({Rounds} children, turn about) | p50 | p99 | aim |
            |---|---|---|---|
            | `/bin/true`, a process and no more, ms | {Text(took[0])} | |
            | in a process namespace, ms | {Text(took[1])} | |
            | behind walls ({(ProcessIsolation.WallsWork ? ProcessIsolation.Finding : "not on this machine")}), ms | {Text(took[2])} | 15 above the first, at p50 |
            """).ConfigureAwait(false);
    }

    private static string Text(List<double> times) => $"{Figures.Text(new Figures(times).Median)} | {Figures.Text(new Figures(times).P99)}";
}
