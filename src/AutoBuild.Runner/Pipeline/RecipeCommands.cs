using AutoBuild.Core.Runs;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Runs the command lines of a recipe's <c>setup</c> and <c>teardown</c>.</summary>
internal static class RecipeCommands
{
    private const int TailBytes = 4_000;

    /// <summary>Runs setup in order; the first that fails ends the run.</summary>
    /// <exception cref="RunFault">setup_failed, with the end of what it printed.</exception>
    public static async Task SetUpAsync(RunContext run, Recipe recipe, string tree, RunSite site, CancellationToken cancel)
    {
        foreach (var command in recipe.Setup)
        {
            run.Events.Add(RunEventKind.Setup, command.Command, "setup");
            var (result, said) = await RunAsync(run, command, tree, site, cancel);
            cancel.ThrowIfCancellationRequested();
            if (!result.Succeeded)
            {
                throw new RunFault("setup_failed", $"Setup command '{command.Command}' {Ended(result, command)}{(said.Length == 0 ? " and printed nothing." : ":\n" + said)}");
            }
        }
    }

    /// <summary>Runs a command that makes files.</summary>
    /// <exception cref="RunFault">generate_failed, with the end of what it printed.</exception>
    public static async Task GenerateAsync(RunContext run, RecipeCommand command, string tree, RunSite site, CancellationToken cancel)
    {
        run.Events.Add(RunEventKind.Setup, command.Command, "generate");
        var (result, said) = await RunAsync(run, command, tree, site, cancel);
        cancel.ThrowIfCancellationRequested();
        if (!result.Succeeded)
        {
            throw new RunFault("generate_failed", $"'{command.Command}' {Ended(result, command)}{(said.Length == 0 ? " and printed nothing." : ":\n" + said)}");
        }
    }

    /// <summary>Runs all of teardown; what fails is a warning.</summary>
    public static async Task TearDownAsync(RunContext run, Recipe recipe, string tree, RunSite site, CancellationToken cancel)
    {
        foreach (var command in recipe.Teardown)
        {
            run.Events.Add(RunEventKind.Setup, command.Command, "teardown");
            var (result, said) = await RunAsync(run, command, tree, site, cancel);
            if (!result.Succeeded)
            {
                run.Events.Add(RunEventKind.Warning, $"Teardown command '{command.Command}' {Ended(result, command)}: {said}");
            }
        }
    }

    private static async Task<(ChildResult Result, string Said)> RunAsync(RunContext run, RecipeCommand command, string tree,
        RunSite site, CancellationToken cancel)
    {
        run.Output.Note($"$ {command.Command}");
        var tail = new Queue<string>();
        var channel = run.Output.Open(line => Remember(tail, line));
        var child = new ChildCommand("/bin/sh", ["-c", command.Command])
        {
            WorkingDirectory = tree,
            Environment = site.Environment.ForChecks(),
            Confinement = Confinement.None,
            Walls = site.Walls,
            Marker = run.Marker,
            WallLimit = TimeSpan.FromSeconds(command.TimeoutSeconds),
            Grace = TimeSpan.FromSeconds(run.Spec.Limits.GraceSeconds),
            CaptureLimit = 0,
        };
        var result = await ChildProcess.RunAsync(child, channel.Push, cancel);
        channel.Flush();
        return (result, string.Join('\n', tail));
    }

    private static void Remember(Queue<string> tail, string line)
    {
        tail.Enqueue(line);
        while (tail.Count > 1 && tail.Sum(kept => kept.Length) > TailBytes)
        {
            tail.Dequeue();
        }
    }

    private static string Ended(ChildResult result, RecipeCommand command) => result.End switch
    {
        ChildEnd.Exited => $"ended with exit code {result.ExitCode}",
        ChildEnd.WallLimit or ChildEnd.IdleLimit => $"took longer than {command.TimeoutSeconds} s",
        ChildEnd.Cancelled => "was stopped",
    };
}
