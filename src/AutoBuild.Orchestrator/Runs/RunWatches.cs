using System.Collections.Concurrent;
using AutoBuild.Core;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Worktrees;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Holds every job that this process answers for: renews leases, follows runs, takes over those of a server before.</summary>
public sealed class RunWatches(
    IStore store, WorktreeLeases leases, Warming warming, LateMessages late, OrchestratorOptions options, Bells bells, WorkMetrics metrics, TimeProvider time, ILogger<RunWatches> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, HeldJob> _held = new();
    private readonly OwnedTasks _work = new();
    private readonly CancellationTokenSource _leave = new();
    private CancellationToken _left;

    /// <summary>Jobs that hold a slot here: claimed, launching, running.</summary>
    public int Count => _held.Count;

    /// <summary>Tells whether this process answers for an attempt.</summary>
    public bool Holds(Job job) => _held.TryGetValue(job.Id, out var held) && held.Fence == job.Fence;

    public bool Holds(Guid job) => _held.ContainsKey(job);

    /// <summary>Answers for a claimed job from now on, while it is being launched.</summary>
    public void Hold(Job job) => _held[job.Id] = new HeldJob(job.Fence, new());

    /// <summary>Fires when a held job is to stop before it has a runner.</summary>
    public CancellationToken StopOf(Job job) => _held.TryGetValue(job.Id, out var held) && held.Fence == job.Fence ? held.LaunchStopped : CancellationToken.None;

    /// <summary>Stops answering for a job that could not be launched.</summary>
    public void LetGo(Job job)
    {
        _held.TryRemove(job.Id, out _);
        bells.Queue.Ring();
    }

    /// <summary>Follows a started run to its end and takes its tree back.</summary>
    public void Follow(Job job, Run run, HeldTree? tree)
    {
        var held = _held.AddOrUpdate(job.Id, _ => new HeldJob(job.Fence, new()), (_, old) => old.Fence == job.Fence ? old : new HeldJob(job.Fence, new()));
        var watch = new RunWatch(job, run, cap => EndAgents(job, cap), Last, store, options, metrics, time, log);
        held.Begin(watch);
        _work.Add(FollowToEndAsync(watch, held, tree));

        NewJob? Last()
        {
            held.Close();
            return late.After(job);
        }
    }

    /// <summary>Asks the runner of a job to stop; one that is still being launched is stopped as soon as it runs.</summary>
    public void Stop(Guid job, string reason)
    {
        if (_held.TryGetValue(job, out var held))
        {
            held.Stop(reason);
        }
    }

    /// <summary>Tells whether an attempt is still being started here.</summary>
    public bool IsStarting(Guid job) => _held.TryGetValue(job, out var held) && held.Watch is null;

    /// <summary>
    /// Ends what runs here for an attempt that has reported from elsewhere, and then takes its report; null where nothing runs here.
    /// The task gives null where the run came to another end first.
    /// </summary>
    public Task<Result<CallbackTaken>?>? Conclude(RunnerCallback callback) =>
        _held.TryGetValue(callback.JobId, out var held) && held.Watch is { } watch && watch.Job.Attempt == callback.Attempt ? watch.ConcludeAsync(callback) : null;

    /// <summary>Ends the agents that share a cap with a job which is reached.</summary>
    private void EndAgents(Job job, Cap cap)
    {
        foreach (var watch in _held.Values.Select(held => held.Watch).OfType<RunWatch>().Where(watch => Shares(watch.Job, job, cap.Scope)))
        {
            watch.EndAgent(cap.Sentence);
        }
    }

    private static bool Shares(Job one, Job other, CapScope scope) => scope switch
    {
        CapScope.Ticket => one.TicketId == other.TicketId,
        CapScope.Project => one.ProjectId == other.ProjectId,
        CapScope.Day => true,
    };

    /// <summary>Gives a running job a person's message; false where nothing runs here, or not any more.</summary>
    public bool Tell(Guid job, string message) => _held.TryGetValue(job, out var held) && held.Tell(message, time.GetUtcNow());

    /// <summary>Tells whether a run takes no message any more and its end is being written.</summary>
    public bool IsEnding(Guid job) => _held.TryGetValue(job, out var held) && held.IsClosed;

    /// <summary>Takes over the runs of the server before, and gives up those that died with it, before anything new is claimed.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _left = _leave.Token;
        await leases.RecoverAsync(cancellationToken);
        var active = await store.ListActiveJobsAsync(cancellationToken);
        await Task.WhenAll(active.Select(job => AdoptAsync(job, cancellationToken)));
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Leaves the runners alive: the next server follows them again.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _leave.CancelAsync();
        await _work.WhenIdleAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _leave.Dispose();
        base.Dispose();
    }

    /// <summary>Renews all leases in one transaction, then the runners: a runner is never renewed without its lease.</summary>
    public async Task RenewAsync(CancellationToken cancel)
    {
        // One that is still being launched has given no sign of life that a renewal could stand for.
        var ours = _held.Where(held => held.Value.Watch is not null).Select(held => (held.Key, held.Value.Fence)).ToList();
        if (ours.Count == 0)
        {
            return;
        }

        var still = (await store.RenewAsync(ours, cancel)).ToDictionary(job => job.Id);
        foreach (var (id, fence) in ours)
        {
            if (_held.TryGetValue(id, out var held) && held.Fence == fence)
            {
                held.Renewed(still.GetValueOrDefault(id));
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(options.Queue.Heartbeat, time);
        while (await beat.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RenewAsync(stoppingToken);
            }
#pragma warning disable CA1031 // A beat that fails is tried again at the next; runners end by themselves before the lease does.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.NotRenewed(fault.Message);
            }
        }
    }

    private async Task AdoptAsync(Job job, CancellationToken cancel)
    {
        var run = Run.Find(RunFolder.Of(options.DataDirectory, job.Id, job.Attempt), job.Id);
        if (run.IsAlive || run.ReadReport() is not null)
        {
            log.Adopted(job.Id, job.Attempt, run.Process?.Pid ?? 0);
            Follow(job, run, leases.Of(job.Id));
            // Read anew: a cancel that came before we answered for it told nobody.
            if (await store.GetJobAsync(job.Id, cancel) is { State: JobState.Cancelling } stopping)
            {
                Stop(job.Id, stopping.CancelReason ?? "Cancelled.");
            }

            return;
        }

        log.NotAdopted(job.Id, job.Attempt);
        await run.KillAsync();
        var started = await CountAsync(job, run, cancel);
        await store.PersistAsync(job.Id, job.Fence, new JobInput.Lost("The server and the runner of this attempt died.", started), time, log, late.After(job), cancel);
        if (leases.Of(job.Id) is { } tree)
        {
            _work.Add(ReturnAsync(job, tree));
        }
    }

    /// <summary>Counts what a dead run had told of its usage; tells whether its agent had started.</summary>
    public async Task<bool> CountAsync(Job job, Run run, CancellationToken cancel)
    {
        var (tail, started) = (new EventTail(run.Folder.Events, 0), false);
        while (tail.Read() is { Count: > 0 } events)
        {
            started |= events.Any(what => what.Kind == RunEventKind.AgentStarted);
            await store.CountUsageAsync(job, events, time, log, cancel);
        }

        return started;
    }

    private async Task FollowToEndAsync(RunWatch watch, HeldJob held, HeldTree? tree)
    {
        while (true)
        {
            try
            {
                await watch.FollowAsync(_left);
                break;
            }
            catch (OperationCanceledException)
            {
                watch.Left();
                return;
            }
#pragma warning disable CA1031 // One run that can't be followed must not stop the others, nor be forgotten.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                log.FollowFailed(fault, watch.Job.Id, fault.Message);
                await Task.Delay(Pause, time, _left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        held.Close();
        watch.Left();
        _held.TryRemove(new(watch.Job.Id, held));
        bells.Queue.Ring();
        bells.Trains.Ring();
        if (tree is not null)
        {
            await ReturnAsync(watch.Job, tree);
        }
    }

    private async Task ReturnAsync(Job job, HeldTree tree)
    {
        try
        {
            await leases.ReturnAsync(tree, $"{job.Id}-{job.Attempt}");
            if (await store.GetProjectAsync(job.ProjectId, CancellationToken.None) is { } project)
            {
                warming.Start(project);
            }
        }
#pragma warning disable CA1031 // The janitor tries again; the job's end stands.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            log.FollowFailed(fault, job.Id, fault.Message);
        }

        bells.Queue.Ring();
    }

    // The source is never disposed of: it owns no timer, and a stop may hold it just now.
    private sealed class HeldJob(long fence, CancellationTokenSource launch)
    {
        private readonly Lock _gate = new();
        private string? _stop;
        private bool _closed;

        public long Fence => fence;

        public RunWatch? Watch { get; private set; }

        public CancellationToken LaunchStopped => launch.Token;

        public void Begin(RunWatch watch)
        {
            lock (_gate)
            {
                Watch = watch;
                if (_stop is { } reason)
                {
                    watch.Stop(reason);
                }
            }
        }

        /// <summary>False once the run's messages have been counted: a later one would be lost.</summary>
        public bool Tell(string message, DateTimeOffset now)
        {
            lock (_gate)
            {
                if (_closed || Watch is not { } watch)
                {
                    return false;
                }

                watch.Run.Tell(RunControlKind.Message, now, message);
                return true;
            }
        }

        public bool IsClosed
        {
            get
            {
                lock (_gate)
                {
                    return _closed;
                }
            }
        }

        public void Close()
        {
            lock (_gate)
            {
                _closed = true;
            }
        }

        public void Stop(string reason)
        {
            lock (_gate)
            {
                _stop = reason;
                Watch?.Stop(reason);
            }

            if (Watch is null)
            {
                _ = launch.CancelAsync();
            }
        }

        public void Renewed(Job? job)
        {
            if (job is null)
            {
                Watch?.FenceOff();
                return;
            }

            Watch?.Renew();
            if (job.State == JobState.Cancelling)
            {
                Stop(job.CancelReason ?? "Cancelled.");
            }
        }
    }
}
