using System.Globalization;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Checks a merged commit in a tree of its own, by the same runner that checks jobs; two at once on a machine.</summary>
public sealed class LandingCheck(OrchestratorOptions options, WorktreeLeases leases, RunSpecs specs, IRunLauncher launcher, TimeProvider time) : IDisposable
{
    private const int AtOnce = 2;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _running = new(AtOnce, AtOnce);

    /// <summary>Returns the report of the checks; null where the runner broke. A stop of the server ends the check.</summary>
    public async Task<RunReport?> RunAsync(Landing landing, Project project, BareClone repository, string onto, string commit, CancellationToken cancel)
    {
        await _running.WaitAsync(cancel);
        try
        {
            await leases.ReserveAsync(cancel);
            var request = new TreeRequest(project, repository, $"check-{WorktreeLeases.Suffix(landing.Id)}", landing.TicketId, null, $"autobuild/check-{WorktreeLeases.Suffix(landing.Id)}", onto, commit);
            var tree = await leases.LeaseAsync(request, cancel);
            try
            {
                return await RunInAsync(landing, project, tree, commit, cancel);
            }
            finally
            {
                await leases.ReturnAsync(tree, $"{landing.Id}-check");
            }
        }
        finally
        {
            _running.Release();
        }
    }

    /// <summary>Ends what a check of an earlier server left running.</summary>
    public static Task SweepAsync(Landing landing) => ProcessSweep.KillAsync(landing.Id.ToString());

    public void Dispose() => _running.Dispose();

    private async Task<RunReport?> RunInAsync(Landing landing, Project project, HeldTree tree, string commit, CancellationToken cancel)
    {
        var attempt = NextAttempt(landing.Id);
        var run = await Run.StartAsync(specs.FolderOf(landing.Id, attempt), specs.Check(landing, attempt, project, tree, commit), launcher, time.GetUtcNow());
        try
        {
            return await FollowAsync(run, cancel);
        }
        finally
        {
            await run.KillAsync();
        }
    }

    private async Task<RunReport?> FollowAsync(Run run, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var renewed = started;
        using var ticks = new PeriodicTimer(Look, time);
        while (await ticks.WaitForNextTickAsync(cancel) && time.GetElapsedTime(started) < options.Queue.JobTimeout + Margin)
        {
            var alive = run.IsAlive;
            if (run.ReadReport() is { } report)
            {
                return report;
            }

            if (!alive)
            {
                return null;
            }

            if (time.GetElapsedTime(renewed) >= options.Queue.Heartbeat)
            {
                renewed = time.GetTimestamp();
                run.Tell(RunControlKind.Renew, time.GetUtcNow());
            }
        }

        return null;
    }

    private int NextAttempt(Guid landing)
    {
        var folder = Path.GetDirectoryName(specs.FolderOf(landing, 1).Path)!;
        return Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder).Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var number) ? number : 0).DefaultIfEmpty().Max() + 1
            : 1;
    }
}
