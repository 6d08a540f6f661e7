using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Memory;

/// <summary>Puts together what is known of a job as it stands now: from the store, the clone and the run folders, and from nothing that an agent claims.</summary>
public sealed class FactFinder(IStore store, Clones clones, RunSpecs specs)
{
    private const int LongestOutput = 2_000;
    private const int MostFailures = 10;

    /// <summary>Returns the facts; null where job or project is gone, or the project is to remember nothing.</summary>
    public async Task<RunFacts?> FindAsync(Guid jobId, CancellationToken cancel)
    {
        if (await store.GetJobAsync(jobId, cancel) is not { } job || await store.GetProjectAsync(job.ProjectId, cancel) is not { MemoryEnabled: true } project)
        {
            return null;
        }

        var landing = (await store.ListLandingsAsync(new LandingFilter(JobId: jobId), new PageRequest(1), cancel)).Items is [var only] ? only : null;
        var found = RunFindings.Of(specs, job.Id, job.Attempt);
        var changed = await ChangedAsync(job, project, cancel);
        return new RunFacts
        {
            Project = project.Id,
            Ticket = job.TicketId,
            Job = job.Id,
            Asked = job.Prompt,
            End = EndOf(job, landing),
            Why = WhyOf(job, landing),
            Changed = [.. changed.Select(file => file.Path)],
            Added = [.. changed.Where(file => file.Kind == ChangeKind.Added).Select(file => file.Path)],
            Read = found.Read,
            Given = found.Given,
            Failed = await FailedAsync(job, landing, project, found.Checks, cancel),
            Passed = Passed(landing?.Qa).Count > 0 ? Passed(landing?.Qa) : Passed(job.Qa),
            Comments = Comments(job, landing, found),
            Commit = CommitOf(job, landing),
            Agent = job.Agent,
            At = TimeOf(job, landing),
        };
    }

    private static string? WhyOf(Job job, Landing? landing) =>
        landing?.State is LandingState.Landed ? null : landing?.Error ?? job.ErrorMessage ?? job.CancelReason;

    private static string? CommitOf(Job job, Landing? landing) =>
        landing?.State is LandingState.Landed ? landing.MergedCommit ?? landing.Commit : job.HeadCommit;

    private static DateTimeOffset TimeOf(Job job, Landing? landing) =>
        (landing is null ? job.CompletedAt : landing.LandedAt ?? landing.UpdatedAt) ?? job.CreatedAt;

    private static RunEnd EndOf(Job job, Landing? landing) => landing?.State switch
    {
        LandingState.Landed => RunEnd.Landed,
        LandingState.Conflict => RunEnd.Conflict,
        LandingState.Red => RunEnd.Red,
        LandingState.Ejected => RunEnd.Ejected,
        LandingState.Cancelled => RunEnd.Rejected,
        LandingState.Queued or LandingState.Merging or LandingState.Testing or LandingState.Moving => RunEnd.Waiting,
        null => EndOf(job.State),
    };

    private static RunEnd EndOf(JobState state) => state switch
    {
        JobState.Failed or JobState.TimedOut => RunEnd.Failed,
        JobState.Cancelled => RunEnd.Cancelled,
        JobState.Completed or JobState.Pending or JobState.Blocked or JobState.Queued or JobState.Dispatched or JobState.Running or JobState.Cancelling or JobState.RetryWait => RunEnd.Waiting,
    };

    // The report's own list where the clone has lost the commits.
    private async Task<IReadOnlyList<ChangedFile>> ChangedAsync(Job job, Project project, CancellationToken cancel) =>
        job is { HeadCommit: { } head, BaseCommit: { } start } && await BetweenAsync(project, start, head, cancel) is { } files
            ? files
            : [.. job.ChangedFiles.Select(path => new ChangedFile(path, ChangeKind.Modified))];

    private async Task<IReadOnlyList<ChangedFile>?> BetweenAsync(Project project, string from, string to, CancellationToken cancel)
    {
        try
        {
            var clone = BareClone.At(clones.PathOf(project.Id));
            return await clone.ChangedFilesAsync(await clone.MergeBaseAsync(from, to, cancel) ?? from, to, cancel);
        }
        catch (WorkspaceException)
        {
            return null;
        }
    }

    // A failure is mended by what changed between its commit and that of the check's next pass.
    private async Task<IReadOnlyList<FailedCheck>> FailedAsync(Job job, Landing? landing, Project project, IReadOnlyList<CheckSeen> seen, CancellationToken cancel)
    {
        var failed = new List<FailedCheck>();
        foreach (var (index, check) in seen.Index().Where(one => one.Item.Failed).Take(MostFailures))
        {
            var pass = seen.Skip(index + 1).FirstOrDefault(later => later.Name == check.Name && later.Passed);
            var mended = pass is { Commit: { } good } && check.Commit is { } bad && bad != good ? await BetweenAsync(project, bad, good, cancel) : null;
            failed.Add(new FailedCheck(check.Name, check.Command, OutputOf(job, check, pass), [.. (mended ?? []).Select(file => file.Path)]));
        }

        return [.. failed, .. Open(landing?.State is LandingState.Red ? landing.Qa : null, failed), .. Open(seen.Count == 0 ? job.Qa : null, failed)];
    }

    private static string OutputOf(Job job, CheckSeen check, CheckSeen? pass) =>
        pass is null ? Tail(job.Qa?.Checks.FirstOrDefault(one => one.Name == check.Name && one.Status == QaStatus.Failed)?.LogTail) : "";

    private static IEnumerable<FailedCheck> Open(QaReport? qa, List<FailedCheck> known) =>
        from check in qa?.Checks ?? []
        where check is { Required: true, Status: QaStatus.Failed } && !known.Any(one => one.Name == check.Name)
        select new FailedCheck(check.Name, check.Command ?? check.Name, Tail(check.LogTail), []);

    private static string Tail(string? text) => text is null ? "" : text.Length <= LongestOutput ? text : text[^LongestOutput..];

    private static List<PassedCheck> Passed(QaReport? qa) =>
        [.. (qa?.Checks ?? []).Where(check => check is { Status: QaStatus.Passed, Setup: false, Command: not null }).Select(check => new PassedCheck(check.Name, check.Command!))];

    // What the train said to the agent is no person's word.
    private static IReadOnlyList<string> Comments(Job job, Landing? landing, RunFindings found) =>
    [
        .. job is { Message: { Length: > 0 } message, ReworkOf: null } ? [message] : Array.Empty<string>(),
        .. found.Said,
        .. from file in landing?.Resolved ?? []
           where file.Answer is not null
           select $"A person settled the conflict in {file.Path}.",
    ];
}
