using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Is what came before an attempt.</summary>
/// <param name="Turn">1 for the first run of its ticket, one more for each job that this one continues.</param>
/// <param name="Runs">Newest first.</param>
/// <param name="SessionId">The agent's session to go on with; null begins one.</param>
/// <param name="SessionLeft">Why there is one that is not gone on with.</param>
public sealed record History(int Turn, IReadOnlyList<EarlierRun> Runs, string? SessionId, string? SessionLeft);

/// <summary>Finds what the runs before an attempt left in their folders: those of the job itself, and of the jobs it continues or retries.</summary>
/// <remarks>A session in which the last two of its runs failed alike is left: a third would too.</remarks>
public sealed class EarlierRuns(IStore store, OrchestratorOptions options)
{
    private const int MostRuns = 5;
    private const int LongestText = 4_000;

    public async Task<History> BeforeAsync(Job job, CancellationToken cancel)
    {
        var turn = 1;
        var found = Of(job, job.Attempt - 1);
        for (var (earlier, follows) = Before(job); earlier is { } id && await store.GetJobAsync(id, cancel) is { } before; (earlier, follows) = Before(before))
        {
            turn += follows ? 1 : 0;
            if (found.Count < MostRuns)
            {
                found.AddRange(Of(before, before.Attempt));
            }
        }

        var left = SessionLeft(job.SessionId, found);
        return new History(turn, [.. found.Take(MostRuns).Select(Told)], left is null ? job.SessionId : null, left);
    }

    private static (Guid? Id, bool Follows) Before(Job job) => (job.Continues ?? job.RetryOf, job.Continues is not null);

    // Of an attempt that never got a runner, or whose folder has gone, nothing is known.
    private List<Found> Of(Job job, int attempt) =>
    [
        .. from number in Enumerable.Range(1, Math.Max(0, attempt)).Reverse()
           let run = Run.Find(RunFolder.Of(options.DataDirectory, job.Id, number), job.Id)
           let report = run.ReadReport()
           where report is not null
           select new Found(report, [.. number == 1 && job.Message is { } message ? [message] : Array.Empty<string>(), .. LateMessages.SaidTo(run.Folder)]),
    ];

    private static string? SessionLeft(string? session, List<Found> found)
    {
        var last = found.Select(run => run.Report).Where(report => session is not null && report.SessionId == session).Take(2).Select(report => report.Error).ToList();
        return last is [{ InSession: true } newest, { InSession: true } before] && newest.Code == before.Code
            ? $"Session {session} failed twice in the same way ({newest.Code}), so it is left and a new one is begun."
            : null;
    }

    private static EarlierRun Told(Found run) => new()
    {
        Ended = Short(run.Report.Error is { } error ? $"{SnakeCase.Of(run.Report.Outcome)}: {error.Message}" : SnakeCase.Of(run.Report.Outcome))!,
        Summary = Short(run.Report.Summary),
        Question = Short(run.Report.Question),
        Messages = [.. run.Messages.TakeLast(5).Select(message => Short(message)!)],
        FailedChecks = [.. (run.Report.Qa?.Checks ?? []).Where(check => check is { Required: true, Status: QaStatus.Failed }).Take(5).Select(check => Short($"{check.Name}\n{check.LogTail}")!)],
    };

    private static string? Short(string? text) => text is { Length: > LongestText } ? "…" + text[^LongestText..] : text;

    private sealed record Found(RunReport Report, IReadOnlyList<string> Messages);
}
