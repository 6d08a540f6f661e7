using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Carries a run's events into the store: the first one as a sign of life, phases as notes, usage into the ledger, the rest as one event a second.</summary>
/// <param name="spent">Is told of a cap that is reached.</param>
internal sealed class RunJournal(Job job, RunFolder folder, IStore store, QueueOptions queue, Action<Cap> spent, WorkMetrics metrics, TimeProvider time, ILogger log)
{
    private EventTail _tail = new(folder.Events, 0);
    private RunEvent? _latest;
    private DateTimeOffset? _agentSince;
    private long _kept;
    private bool _heard = job.State != JobState.Dispatched;

    /// <summary>Whether the agent's process began its work, which is what an attempt is charged for.</summary>
    public bool AgentStarted { get; private set; }

    /// <summary>Goes on where an earlier server stopped reading.</summary>
    public async Task OpenAsync(CancellationToken cancel)
    {
        _kept = await store.GetTailOffsetAsync(job.Id, job.Attempt, cancel);
        if (_kept > 0)
        {
            var turn = new EventTail(folder.Events, 0).Read().LastOrDefault(what => what.Kind is RunEventKind.AgentStarted or RunEventKind.AgentEnded);
            (AgentStarted, _agentSince) = (turn is not null, turn is { Kind: RunEventKind.AgentStarted } ? turn.At : null);
        }

        _tail = new EventTail(folder.Events, _kept);
    }

    public async Task ReadAsync(CancellationToken cancel)
    {
        var events = _tail.Read();
        if (events.Count == 0)
        {
            return;
        }

        if (!_heard)
        {
            _heard = true;
            await store.PersistAsync(job.Id, job.Fence, new JobInput.Heartbeat(queue.Lease), time, log, cancel: cancel);
        }

        if (await store.CountUsageAsync(job, events, time, log, cancel) is { } cap)
        {
            spent(cap);
        }

        Measure(events);
        _latest = events.LastOrDefault(what => what.Text is { Length: > 0 }) ?? events[^1];
        if (events.LastOrDefault(what => what.Kind == RunEventKind.Session) is { Name: { } session })
        {
            await TryAsync(() => store.NoteAsync(job.Id, job.Fence, new JobNote { SessionId = session }, cancel));
        }

        if (events.LastOrDefault(what => what.Kind == RunEventKind.Phase) is { Phase: { } phase })
        {
            await TryAsync(() => store.NoteAsync(job.Id, job.Fence, new JobNote { Phase = phase }, cancel));
        }
    }

    public async Task FlushAsync(CancellationToken cancel)
    {
        if (_latest is not { } latest || _tail.Offset == _kept)
        {
            return;
        }

        await TryAsync(async () =>
        {
            await store.AppendRunEventAsync(job.Id, Line(latest), cancel);
            await store.SetTailOffsetAsync(job.Id, job.Attempt, _tail.Offset, cancel);
        });
        _kept = _tail.Offset;
    }

    // The stream that shows it carries the events of all jobs, so each says whose it is.
    private string Line(RunEvent told) => $$"""{"job_id":"{{job.Id}}","ticket_id":"{{job.TicketId}}","attempt":{{job.Attempt}},{{CoreJson.Write(told).AsSpan(1)}}""";

    private void Measure(IEnumerable<RunEvent> events)
    {
        foreach (var happened in events)
        {
            if (happened.Kind == RunEventKind.AgentStarted)
            {
                (AgentStarted, _agentSince) = (true, happened.At);
            }
            else if (happened.Kind == RunEventKind.AgentEnded && _agentSince is { } since)
            {
                metrics.AgentEnded(job, happened.At - since);
                _agentSince = null;
            }
        }
    }

    // What is only shown may be missed while the store is away; what decides is told until it is heard.
    private async Task TryAsync(Func<Task> show)
    {
        try
        {
            await show();
        }
        catch (AutoBuildException fault)
        {
            log.NotShown(job.Id, fault.Message);
        }
    }
}
