using System.Globalization;
using AutoBuild.Client;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Shows what a job did, with the facts that prove it.</summary>
internal static class Evidence
{
    private const int MostFiles = 12;

    /// <param name="landing">Null where it isn't on the train.</param>
    /// <param name="waitsFor">Why work that passed has not landed, for a person; null where it has, or where something else failed.</param>
    public static void Show(Call call, JobView job, Landing? landing, Project? project, string? waitsFor = null)
    {
        call.Say("");
        Tables.Facts(call,
            ("job", job.Id.ToString()),
            ("ticket", job.TicketId.ToString()),
            ("status", Plain.Word(job.Status)),
            ("waits for", job.QueuedReason is { } reason && !job.IsOver ? job.QueuedDetail ?? Plain.Word(reason) : null),
            ("question", job.Question),
            ("error", job.ErrorMessage is { } error ? $"{error} ({job.ErrorCode})" : null),
            ("agent", Agent(job)),
            ("branch", job.BranchName),
            ("commit", job.HeadCommit),
            ("changed", Files(job.ChangedFiles)),
            ("used", Used(job)),
            ("radar", job.Collisions is { Count: > 0 } collisions ? string.Join('\n', collisions.Select(Sentence)) : null),
            ("needs you", waitsFor),
            ("landing", landing is null ? null : Sentence(landing)));
        Checks(call, job.Qa);
        NextSteps.Show(call, NextSteps.Of(job, landing, project));
    }

    private static string? Agent(JobView job) => job.Session is null or RunSession.Fresh ? job.Agent
        : $"{job.Agent}, {(job.Session == RunSession.Resumed ? "in its session" : "in a new session, told what was")}";

    /// <summary>Lists the checks with their marks; says so where nothing ran.</summary>
    public static void Checks(Call call, QaReport? qa)
    {
        if (qa is null)
        {
            return;
        }

        call.Say("");
        call.Write($"checks {Plain.Word(qa.Verdict)}", Marks.StyleOf(Plain.Word(qa.Verdict)));
        call.Say($" at commit {Plain.Commit(qa.Commit)}{(qa.Source is { } source and not "none" ? $", from {source}" : "")}{(qa.Reason is { } why ? $": {why}" : "")}");
        foreach (var check in qa.Checks ?? [])
        {
            call.Write($"  {Marks.Of(check.Status)} {Plain.Text(check.Name)}", Marks.StyleOf(check.Status));
            call.Say($"  {Plain.Seconds(check.Seconds)}  {Detail(check)}");
            foreach (var line in Tail(check))
            {
                call.Write($"      {Plain.Line(line, 160)}\n", Marks.Faint);
            }
        }
    }

    /// <summary>Says in one line how a job stands.</summary>
    public static string Sentence(JobView job) => job.Status switch
    {
        JobStatus.Completed when job.Question is { } question => $"The agent asks: {question}",
        JobStatus.Completed => $"Done: {Count(job.ChangedFiles?.Count ?? 0)} changed, checks {Plain.Word(job.Qa?.Verdict ?? QaVerdict.NotRun)}.",
        JobStatus.Failed => $"Failed: {job.ErrorMessage ?? job.ErrorCode ?? "no reason was given"}",
        JobStatus.Cancelled => "Stopped; what it did so far is kept.",
        JobStatus.Running or JobStatus.Dispatched => $"It is {Plain.Word(job.Status)}{(job.Phase is { } phase ? $", {Plain.Word(phase)}" : "")}.",
        JobStatus.Pending or JobStatus.Queued => $"It waits{(job.QueuedReason is { } reason ? $": {job.QueuedDetail?.TrimEnd('.') ?? Plain.Word(reason)}" : "")}.",
    };

    /// <summary>Says in one line how a landing stands.</summary>
    public static string Sentence(Landing landing) => landing.State switch
    {
        LandingState.Landed => $"landed on {landing.TargetBranch} as {Plain.Commit(landing.MergedCommit)}",
        LandingState.Conflict => $"conflict with {landing.TargetBranch}: {string.Join(", ", (landing.Conflicts ?? []).Select(conflict => conflict.Path))}; see: autobuild landing show {Plain.Id(landing.Id)}",
        LandingState.Red => $"the merged tree fails its checks: {landing.Error}; see: autobuild landing show {Plain.Id(landing.Id)}",
        LandingState.Ejected or LandingState.Cancelled => $"{Plain.Word(landing.State)}: {landing.Error}",
        LandingState.Queued or LandingState.Merging or LandingState.Testing or LandingState.Moving => $"{Plain.Word(landing.State)} for {landing.TargetBranch}{Mates(landing)}",
    };

    /// <summary>Says what was in the way of a landing that went back to its agent.</summary>
    public static string WhySentBack(Landing landing) => landing.Conflicts is { Count: > 0 } conflicts
        ? $"Conflict with {landing.TargetBranch}: {string.Join(", ", conflicts.Select(conflict => conflict.Path))}"
        : "Checks fail on the merged tree";

    /// <summary>Says in one line with whom a branch collides, where, and who would merge it.</summary>
    public static string Sentence(JobCollision collision)
    {
        var definitions = collision.Definitions.Count > 0 ? $" ({string.Join(", ", collision.Definitions)})" : "";
        return (collision.Kind, collision.Files.Count) switch
        {
            (CollisionKind.Conflict, 0) => $"has no common history with {collision.With}",
            (CollisionKind.Conflict, var _) => $"collides with {collision.With} in {Listed(collision.Files)}{definitions}, {(collision.Resolvable ? "the engine would resolve it" : "the engine would not resolve all of it")}",
            (CollisionKind.Overlap, var _) => $"overlaps with {collision.With} in {Listed(collision.Files)}, git merges it",
        };
    }

    private static string Mates(Landing landing) => landing.Batch is { Size: > 1 } batch ? $", together with {batch.Size - 1} other{(batch.Size > 2 ? "s" : "")}" : "";

    private static string? Files(IReadOnlyList<string>? files) => files is null or { Count: 0 } ? null
        : $"{Count(files.Count)}: {Listed(files)}";

    private static string Listed(IReadOnlyList<string> files) => $"{string.Join(", ", files.Take(MostFiles))}{(files.Count > MostFiles ? ", …" : "")}";

    private static string Count(int files) => $"{files} file{(files == 1 ? "" : "s")}";

    private static string? Used(JobView job)
    {
        var parts = new List<string>();
        if (job.CompletedAt - job.StartedAt is { } time)
        {
            parts.Add(Plain.Seconds(time.TotalSeconds));
        }

        if (job.QaRounds > 1)
        {
            parts.Add($"{job.QaRounds} rounds of checks");
        }

        if (job.Usage is { } usage && (usage.Tokens > 0 || usage.CostUsd > 0))
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{usage.Tokens:N0} tokens, {Plain.Cost(usage)}"));
        }

        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    private static string Detail(QaCheckResult check) => check.Reason ?? (check.Status == QaStatus.FailingOnBase ? "fails on the base too" : check.Command is { } command ? Plain.Line(command, 80) : "");

    private static IEnumerable<string> Tail(QaCheckResult check) => check.Status == QaStatus.Failed
        ? (check.LogTail ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(8)
        : [];
}
