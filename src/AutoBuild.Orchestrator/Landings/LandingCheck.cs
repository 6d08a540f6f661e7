using System.Globalization;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Telemetry;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Is a merged commit that is to become the tip of a target.</summary>
/// <param name="Id">The landing, or the project whose source is taken in; names run folder, tree and processes.</param>
/// <param name="Onto">The tip it was merged onto.</param>
public sealed record Candidate(Guid Id, string Target, Guid? Ticket, string Onto, string Commit);

/// <summary>Checks a merged commit in a tree of its own, by the same runner that checks jobs; two at once on a machine.</summary>
public sealed class LandingCheck(OrchestratorOptions options, WorktreeLeases leases, RunSpecs specs, IRunLauncher launcher, TimeProvider time) : IDisposable
{
    private const int AtOnce = 2;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _running = new(AtOnce, AtOnce);

    /// <summary>Returns the report of the checks; null where the runner broke. A stop of the server ends the check.</summary>
    /// <remarks>A runner that broke says nothing about the work: it is tried once more, then a person looks.</remarks>
    public async Task<RunReport?> RunAsync(Candidate candidate, Project project, BareClone repository, CancellationToken cancel) =>
        await TryAsync(candidate, project, repository, cancel) ?? await TryAsync(candidate, project, repository, cancel);

    /// <summary>Has files made again in the candidate's tree, without checks; the report has the commit with them.</summary>
    public Task<RunReport?> GenerateAsync(Candidate candidate, IReadOnlyList<RunGenerate> asked, Project project, BareClone repository, CancellationToken cancel) =>
        TryAsync(candidate, project, repository, cancel, asked);

    /// <summary>Ends what a check of an earlier server left running.</summary>
    public Task SweepAsync(Guid candidate) => Run.Find(specs.FolderOf(candidate, NextAttempt(candidate) - 1), candidate).KillAsync();

    public void Dispose() => _running.Dispose();

    private async Task<RunReport?> TryAsync(Candidate candidate, Project project, BareClone repository, CancellationToken cancel, IReadOnlyList<RunGenerate>? asked = null)
    {
        await _running.WaitAsync(cancel);
        try
        {
            await leases.ReserveAsync(cancel);
            var key = WorktreeLeases.FolderOfCheck(candidate.Id);
            var request = new TreeRequest(project, repository, key, candidate.Ticket, null, $"autobuild/{key}", candidate.Onto, candidate.Commit);
            var tree = await leases.LeaseAsync(request, cancel);
            try
            {
                return await RunInAsync(candidate, project, tree, asked, cancel);
            }
            finally
            {
                await leases.TryReturnAsync(tree, $"{candidate.Id}-check");
            }
        }
        finally
        {
            _running.Release();
        }
    }

    private async Task<RunReport?> RunInAsync(Candidate candidate, Project project, HeldTree tree, IReadOnlyList<RunGenerate>? asked, CancellationToken cancel)
    {
        using var span = Traces.Step("check");
        var attempt = NextAttempt(candidate.Id);
        var spec = specs.Check(candidate, attempt, project, tree);
        var run = await Run.StartAsync(specs.FolderOf(candidate.Id, attempt), asked is null ? spec : spec with { Generate = asked, Qa = new RunQa { Enabled = false } }, launcher, time.GetUtcNow());
        try
        {
            var report = await FollowAsync(run, cancel);
            RunTrace.Tell(span?.Id, run.Folder, report, time.GetUtcNow());
            return report;
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
        while (await ticks.WaitForNextTickAsync(cancel) && time.GetElapsedTime(started) < options.Queue.JobTimeout + options.OverdueMargin)
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

    private int NextAttempt(Guid candidate)
    {
        var folder = Path.GetDirectoryName(specs.FolderOf(candidate, 1).Path)!;
        return Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder).Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var number) ? number : 0).DefaultIfEmpty().Max() + 1
            : 1;
    }
}
