using System.Security.Cryptography;
using System.Text;
using AutoBuild.Core;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Runs;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Callbacks;

/// <summary>Takes what runs elsewhere say of their end: finds out whose word it is, and for which attempt.</summary>
public sealed class CallbackDesk(
    IStore store, RunWatches watches, LateMessages late, SecretBox box, AttemptTokens tokens, Bells bells, TimeProvider time, ILogger<CallbackDesk> log)
{
    // A ticket that was tried more often than this is another case.
    private const int MostJobs = 100;

    private static readonly Refusal TooSoon =
        Refusals.Conflict("callback_too_soon", "The run is only just being started here, or the server is stopping; send the callback again in a few seconds.");

    /// <summary>
    /// Ends the attempt that the callback is for. Refusals: job_not_found, no_open_attempt, callback_mismatch, stale_attempt, callback_differs, job_cancelled, job_already_finished, callback_too_soon.
    /// </summary>
    /// <returns>Null where nothing that was shown makes it believable.</returns>
    public async Task<Result<RunnerCallback>?> TakeAsync(CallbackClaim claim, CancellationToken cancel)
    {
        if (await FindAsync(claim, cancel) is not { } found)
        {
            return null;
        }

        if (!found.Done)
        {
            return found.Refusal;
        }

        var callback = found.Value;
        var taken = await EndAsync(callback, cancel);
        Result<RunnerCallback> answer = !taken.Done ? taken.Refusal
            : taken.Value.Fate == CallbackFate.Late ? Refusals.Conflict("job_cancelled", "The job was cancelled; the callback is recorded and changes nothing.")
            : callback;
        if (answer.Refusal is { } refusal)
        {
            log.CallbackRefused(callback.JobId, callback.Attempt, refusal.Code);
        }

        return answer;
    }

    private async Task<Result<CallbackTaken>> EndAsync(RunnerCallback callback, CancellationToken cancel)
    {
        var judged = await store.JudgeCallbackAsync(callback, cancel);
        if (!judged.Done || judged.Value.Fate == CallbackFate.Repeated)
        {
            return judged;
        }

        if (judged.Value.Fate == CallbackFate.Open)
        {
            if (watches.IsStarting(callback.JobId))
            {
                return TooSoon;
            }

            if (watches.Conclude(callback) is { } ending)
            {
                log.EndedByCallback(callback.JobId, callback.Attempt);
                if (await ending.WaitAsync(cancel) is null && (await store.JudgeCallbackAsync(callback, cancel)).Value is { Fate: CallbackFate.Open })
                {
                    return TooSoon;
                }
            }
        }

        // Where the run here was ended with this callback, it is a repeat by now; where something was quicker, that is told.
        var taken = await store.TakeCallbackAsync(callback, late.After(judged.Value.Job), cancel);
        bells.Queue.Ring();
        bells.Trains.Ring();
        return taken;
    }

    private async Task<Result<RunnerCallback>?> FindAsync(CallbackClaim claim, CancellationToken cancel)
    {
        if (claim.Bearer is { } bearer && tokens.Read(bearer) is { } token)
        {
            return OfToken(claim, token.Job, token.Attempt);
        }

        var jobs = await JobsAsync(claim, cancel);
        IReadOnlyList<Job> known = [.. jobs.Where(job => Knows(job, claim))];
        if (known.Count == 0 && !claim.Admin)
        {
            return null;
        }

        return (known.Count > 0 ? known : jobs) is [var first, ..] meant ? await ChooseAsync(claim, first, meant, cancel) : Unknown(claim);
    }

    private static Result<RunnerCallback> OfToken(CallbackClaim claim, Guid job, int attempt) =>
        (claim.JobId ?? job) == job && (claim.Attempt ?? attempt) == attempt
            ? Callback(claim, job, attempt)
            : Refusals.Invalid("callback_mismatch", $"The token is for attempt {attempt} of job {job}, the body names another.");

    private async Task<Result<RunnerCallback>> ChooseAsync(CallbackClaim claim, Job first, IReadOnlyList<Job> meant, CancellationToken cancel)
    {
        if (claim.JobId is not { } id)
        {
            return await MeantAsync(claim, meant, cancel);
        }

        return claim.TicketId is { } ticket && first.TicketId != ticket
            ? Refusals.Invalid("callback_mismatch", $"Job {first.Id} is of ticket {first.TicketId}, the body names another.")
            : claim.Attempt is { } attempt ? Callback(claim, id, attempt) : await MeantAsync(claim, meant, cancel);
    }

    private async Task<IReadOnlyList<Job>> JobsAsync(CallbackClaim claim, CancellationToken cancel) => claim switch
    {
        { JobId: { } id } => await store.GetJobAsync(id, cancel) is { } job ? [job] : [],
        { TicketId: { } ticket } => (await store.ListJobsAsync(new JobFilter(TicketId: ticket), new PageRequest(MostJobs), cancel)).Items,
        _ => [],
    };

    // Which attempt a sender means that names none: the one that is open, or the one of which the very same was said before.
    private async Task<Result<RunnerCallback>> MeantAsync(CallbackClaim claim, IReadOnlyList<Job> jobs, CancellationToken cancel)
    {
        foreach (var job in jobs)
        {
            var received = await store.ListReceivedCallbacksAsync(job.Id, cancel);
            if (received.FirstOrDefault(before => before.BodyHash == claim.BodyHash) is { } same)
            {
                return Callback(claim, job.Id, same.Attempt);
            }
        }

        return jobs.Where(job => job.State.IsActive()).ToList() is [var open] ? Callback(claim, open.Id, open.Attempt)
            : jobs[0] is { State: JobState.Cancelled, Attempt: > 0 } cancelled ? Callback(claim, cancelled.Id, cancelled.Attempt)
            : Refusals.Conflict("no_open_attempt", "No attempt of the job is open, or more than one could be meant. Name job_id and attempt.");
    }

    private static RunnerCallback Callback(CallbackClaim claim, Guid job, int attempt) =>
        new(job, attempt, claim.BodyHash, claim.Status, claim.Run, claim.Report with { JobId = job, Attempt = attempt });

    private static Refusal Unknown(CallbackClaim claim) => claim.JobId is { } id ? Refusals.JobNotFound(id)
        : new Refusal(RefusalKind.NotFound, "job_not_found", $"Ticket {claim.TicketId} has no job.");

    // Compared by their hashes, so that neither length nor place of a difference shows in the time taken.
    private bool Knows(Job job, CallbackClaim claim)
    {
        if (job.CallbackSecret is not { } @sealed || box.Open(@sealed) is not { } secret)
        {
            return false;
        }

        return claim is { Signature: { } signature, Timestamp: { } timestamp }
            ? CallbackSignature.IsRight(secret, timestamp, signature, claim.Body.Span, time.GetUtcNow())
            : claim.Bearer is { } bearer && CryptographicOperations.FixedTimeEquals(Hash(secret), Hash(bearer));
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
