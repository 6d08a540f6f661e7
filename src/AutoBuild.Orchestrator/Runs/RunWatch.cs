using AutoBuild.Core;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Follows one runner to its end and tells the store what happened; the only one that does.</summary>
/// <param name="spent">Is told of a cap that this run's usage reached.</param>
/// <param name="last">Lets no further message in and describes the job that has to continue this one, where one was not heeded.</param>
internal sealed class RunWatch(Job job, Run run, Action<Cap> spent, Func<NewJob?> last, IStore store, OrchestratorOptions options, WorkMetrics metrics, TimeProvider time, ILogger log)
{
    /// <summary>How long a runner has to end by itself after a stop was asked for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    /// <summary>How long a runner may take to exit after its report.</summary>
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ExitLook = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Coalesce = TimeSpan.FromSeconds(1);

    private readonly RunJournal _journal = new(job, run.Folder, store, options.Queue, spent, metrics, time, log);
    private readonly TaskCompletionSource<Result<CallbackTaken>?> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _started = time.GetTimestamp();
    private long _stopAsked;
    private bool _stopping;
    private bool _fenced;
    private bool _agentEnded;
    private RunnerCallback? _concluded;

    public Job Job => job;

    public Run Run => run;

    /// <summary>Asks the runner to stop; after six seconds it is killed.</summary>
    public void Stop(string reason)
    {
        if (Volatile.Read(ref _stopping))
        {
            return;
        }

        _stopAsked = time.GetTimestamp();
        Volatile.Write(ref _stopping, true);
        TryTell(RunControlKind.Cancel, reason);
    }

    /// <summary>Ends the agent, whose work is then committed and reported: what it may use is used up.</summary>
    public void EndAgent(string reason)
    {
        if (!Interlocked.Exchange(ref _agentEnded, true))
        {
            log.OutOfBudget(job.Id, job.Attempt, reason);
            TryTell(RunControlKind.Budget, reason);
        }
    }

    /// <summary>Ends the run because its attempt has reported from elsewhere; gives null where it came to another end first.</summary>
    public Task<Result<CallbackTaken>?> ConcludeAsync(RunnerCallback callback)
    {
        Interlocked.CompareExchange(ref _concluded, callback, null);
        return _taken.Task;
    }

    /// <summary>Nobody follows the run any more, so nobody need wait for its end.</summary>
    public void Left() => _taken.TrySetResult(null);

    /// <summary>The store gave the job to somebody else: what runs here must not go on.</summary>
    public void FenceOff() => Volatile.Write(ref _fenced, true);

    public void Renew() => TryTell(RunControlKind.Renew, null);

    /// <summary>Returns when the end is in the store and nothing of the run is alive.</summary>
    public async Task FollowAsync(CancellationToken cancel)
    {
        await _journal.OpenAsync(cancel);
        // A run taken over has used up part of its time already.
        _started = time.GetTimestamp() - (long)((time.GetUtcNow() - (job.DispatchedAt ?? time.GetUtcNow())).TotalSeconds * time.TimestampFrequency);
        using var ticks = new PeriodicTimer(Look, time);
        var flushed = time.GetTimestamp();
        while (await ticks.WaitForNextTickAsync(cancel))
        {
            await _journal.ReadAsync(cancel);
            if (time.GetElapsedTime(flushed) >= Coalesce)
            {
                flushed = time.GetTimestamp();
                await _journal.FlushAsync(cancel);
            }

            if (await EndAsync(cancel))
            {
                return;
            }
        }
    }

    private async Task<bool> EndAsync(CancellationToken cancel)
    {
        if (Volatile.Read(ref _fenced))
        {
            log.FencedOff(job.Id, job.Attempt);
            await EndAllAsync(cancel);
            // Whoever has the job now, this was spent.
            await _journal.ReadAsync(cancel);
            return true;
        }

        if (Volatile.Read(ref _concluded) is { } callback)
        {
            await ConcludedAsync(callback, cancel);
            return true;
        }

        // Looked at before the report: a runner that ends right after writing it has not vanished.
        var alive = run.IsAlive;
        if (run.ReadReport() is { } report)
        {
            await ReportedAsync(report, cancel);
            return true;
        }

        if (!alive || (Volatile.Read(ref _stopping) && time.GetElapsedTime(_stopAsked) > Patience))
        {
            await GoneAsync(alive, cancel);
            return true;
        }

        await CheckDeadlineAsync(cancel);
        return false;
    }

    private async Task ReportedAsync(RunReport report, CancellationToken cancel)
    {
        // Nothing may be alive of what is shown as ended: a next run may use the same tree at once.
        var since = time.GetTimestamp();
        while (run.IsAlive && time.GetElapsedTime(since) < ExitPatience)
        {
            await Task.Delay(ExitLook, time, cancel);
        }

        await EndAllAsync(cancel);
        await FinishAsync(new JobInput.Reported(report), cancel);
        log.Reported(job.Id, job.Attempt, report.Outcome);
    }

    // First the end of all that runs here, then the word of it, as for any other report.
    private async Task ConcludedAsync(RunnerCallback callback, CancellationToken cancel)
    {
        await EndAllAsync(cancel);
        await _journal.ReadAsync(cancel);
        await _journal.FlushAsync(cancel);
        var continuation = last();
        var taken = await Persisting.UntilTakenAsync(job.Id, nameof(RunnerCallback), time, log, () => store.TakeCallbackAsync(callback, continuation, CancellationToken.None), cancel);
        if (taken.Value is { Fate: CallbackFate.Late })
        {
            // A person was quicker.
            await FinishAsync(new JobInput.AgentGone(), cancel);
        }

        _taken.TrySetResult(taken);
    }

    private async Task GoneAsync(bool alive, CancellationToken cancel)
    {
        await EndAllAsync(cancel);
        if (run.ReadReport() is { } late)
        {
            await FinishAsync(new JobInput.Reported(late), cancel);
            return;
        }

        if (Volatile.Read(ref _stopping))
        {
            log.Stopped(job.Id, job.Attempt, alive);
            await FinishAsync(new JobInput.AgentGone(), cancel);
        }
        else
        {
            log.Vanished(job.Id, job.Attempt, run.Folder.RunnerLog);
            await FinishAsync(new JobInput.Lost($"The runner ended without a report; what it printed is in {run.Folder.RunnerLog}.", _journal.AgentStarted), cancel);
        }
    }

    // No end is told while anything of it lives.
    private async Task EndAllAsync(CancellationToken cancel)
    {
        while (!await run.KillAsync())
        {
            log.Survives(job.Id, job.Attempt);
            await Task.Delay(Coalesce, time, cancel);
        }
    }

    private async Task FinishAsync(JobInput input, CancellationToken cancel)
    {
        await _journal.ReadAsync(cancel);
        await _journal.FlushAsync(cancel);
        var continuation = last();
        var told = await store.PersistAsync(job.Id, job.Fence, input, time, log, continuation, cancel);
        // Asked to stop in the very moment it ended otherwise, or the other way round: the store knows which came first.
        if (told.Refusal is { Code: "illegal_transition" })
        {
            told = await store.PersistAsync(job.Id, job.Fence, new JobInput.Lost("The runner was stopped.", _journal.AgentStarted), time, log, continuation, cancel);
        }

        if (told.Refusal is { } refusal)
        {
            log.Refused(job.Id, job.Attempt, input.GetType().Name, refusal.Code);
            return;
        }

        var report = (input as JobInput.Reported)?.Report;
        if (report is not null)
        {
            metrics.Reported(job, report);
        }

        RunTrace.Tell(job.Trace, run.Folder, report, time.GetUtcNow(), span => span.About(job));
    }

    private async Task CheckDeadlineAsync(CancellationToken cancel)
    {
        if (!Volatile.Read(ref _stopping) && time.GetElapsedTime(_started) > options.Queue.JobTimeout + options.OverdueMargin)
        {
            await store.PersistAsync(job.Id, job.Fence, new JobInput.Overdue(), time, log, cancel: cancel);
            Stop("The attempt took longer than it may.");
        }
    }

    private void TryTell(RunControlKind kind, string? text)
    {
        try
        {
            run.Tell(kind, time.GetUtcNow(), text);
        }
        catch (IOException fault)
        {
            // A full disk: without a renewal the runner ends by itself, without a cancel it is killed.
            log.NotTold(job.Id, kind, fault.Message);
        }
    }
}
