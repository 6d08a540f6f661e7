using AutoBuild.Core;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Callbacks;

/// <summary>Takes what runs elsewhere say of their end: each attempt once, and only while it is the job's open one.</summary>
internal sealed class CallbackWork(UnitOfWork work)
{
    public IReadOnlyList<ReceivedCallback> Received(Guid jobId) => work.Session.Many("callbacks_in", Read, ("job_id", jobId));

    /// <summary>Says what a callback would do, and does nothing.</summary>
    public Result<CallbackTaken> Judge(RunnerCallback callback)
    {
        if (work.Jobs.Find(callback.JobId) is not { } job)
        {
            return new Refusal(RefusalKind.NotFound, "job_not_found", $"There is no job {callback.JobId}.");
        }

        if (Known(callback) is { } known)
        {
            return known.BodyHash != callback.BodyHash
                ? new Refusal(RefusalKind.Conflict, "callback_differs", $"Attempt {callback.Attempt} has reported already, and otherwise; the first report counts.")
                : new CallbackTaken(known.Late ? CallbackFate.Late : CallbackFate.Repeated, job);
        }

        return Standing(job, callback.Attempt);
    }

    /// <summary>Does what the callback says, with the record of it in the same transaction.</summary>
    /// <param name="continuation">Submitted where the job ends by it; null where nobody said anything more.</param>
    public Result<CallbackTaken> Take(RunnerCallback callback, NewJob? continuation)
    {
        var judged = Judge(callback);
        if (!judged.Done || judged.Value.Fate == CallbackFate.Repeated)
        {
            return judged;
        }

        var job = judged.Value.Job;
        if (judged.Value.Fate == CallbackFate.Late)
        {
            Record(callback, late: true);
            return new CallbackTaken(CallbackFate.Late, work.JobMoves.Late(job, callback.Status == CallbackStatus.Success));
        }

        Record(callback, late: false);
        var input = new JobInput.Reported(callback.Report, callback.Run);
        var ended = continuation is null ? work.JobMoves.Apply(job.Id, job.Fence, input) : work.JobMoves.End(job.Id, job.Fence, input, continuation);
        return ended.Done ? new CallbackTaken(CallbackFate.Applied, ended.Value) : ended.Refusal;
    }

    // Of a cancelled job everything is late; an attempt that was stopped for its time is over like one that was superseded.
    private static Result<CallbackTaken> Standing(Job job, int attempt) => job.State switch
    {
        _ when attempt > job.Attempt => Stale(job, attempt),
        JobState.Cancelled or JobState.Cancelling when job.CancelCause != CancelCause.Timeout => new CallbackTaken(CallbackFate.Late, job),
        JobState.Dispatched or JobState.Running when attempt == job.Attempt => new CallbackTaken(CallbackFate.Open, job),
        _ when attempt < job.Attempt || !job.State.IsOver() => Stale(job, attempt),
        _ => new Refusal(RefusalKind.Conflict, "job_already_finished", "The job has ended otherwise; an ended job never changes."),
    };

    private static Refusal Stale(Job job, int attempt) => new(RefusalKind.Conflict, "stale_attempt",
        $"Attempt {attempt} is not the job's open attempt; the newest is {job.Attempt}. Nothing was changed, and what still runs for it can be stopped.");

    private ReceivedCallback? Known(RunnerCallback callback) =>
        work.Session.One("callback_in", Read, ("job_id", callback.JobId), ("attempt", callback.Attempt));

    private void Record(RunnerCallback callback, bool late) => work.Session.Run("callback_in_insert",
        ("job_id", callback.JobId), ("attempt", callback.Attempt), ("body_hash", callback.BodyHash),
        ("status", Words<CallbackStatus>.Of(callback.Status)), ("run_id", callback.Run.RunId), ("late", late), ("now", work.Now));

    private static ReceivedCallback Read(Row row) =>
        new(row.Int("attempt"), row.Word<CallbackStatus>("status"), row.TextOrNull("run_id"), row.Time("received_at"), row.Flag("late")) { BodyHash = row.Text("body_hash") };
}
