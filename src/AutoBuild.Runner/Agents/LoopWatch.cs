using AutoBuild.Core.Runs;
using AutoBuild.Runner.Journal;

namespace AutoBuild.Runner.Agents;

/// <summary>Ends an agent that runs in circles or used up its turns, and reports one that prints nothing new for long.</summary>
internal sealed class LoopWatch(AgentContext context, EventLog events) : IDisposable
{
    private readonly LoopDetector _detector = new(context.Loop);
    private readonly CancellationTokenSource _end = new();
    private readonly TimeProvider _time = context.Time;
    private Action _stop = () => { };
    private Task _looking = Task.CompletedTask;
    private RunError? _verdict;
    private long _told = -1;

    /// <summary>Why the agent had to end; null where it did not.</summary>
    public RunError? Verdict => _verdict;

    public void Heed(AgentLine line)
    {
        if (_detector.Heed(line, _time.GetTimestamp()) is { } fault)
        {
            End(fault);
        }
    }

    /// <summary>Ends an agent that made more requests to its model than it may.</summary>
    public void Count(int turns)
    {
        if (turns > context.Agent.MaxTurns && _verdict is null)
        {
            End(AgentDecision.Decide(new AgentFault(AgentFailure.MaxTurns, "", Sentence: $"The agent used up its {context.Agent.MaxTurns} turns; a message lets it go on.")).Error!);
        }
    }

    /// <summary>Looks on until <see cref="EndAsync"/>.</summary>
    /// <param name="stop">Ends the agent.</param>
    public void Begin(Action stop)
    {
        _stop = stop;
        if (_verdict is not null)
        {
            stop();
        }
        if (context.Loop.NoProgress > TimeSpan.Zero)
        {
            _looking = Task.Run(LookAsync);
        }
    }

    public async Task EndAsync()
    {
        await _end.CancelAsync();
        await _looking;
    }

    public void Dispose() => _end.Dispose();

    private void End(RunError fault)
    {
        if (Interlocked.CompareExchange(ref _verdict, fault, null) is null)
        {
            events.Add(RunEventKind.Warning, fault.Message);
            _stop();
        }
    }

    private async Task LookAsync()
    {
        using var ticks = new PeriodicTimer(context.Loop.NoProgress / 4, _time);
        try
        {
            while (await ticks.WaitForNextTickAsync(_end.Token))
            {
                Look();
            }
        }
        catch (OperationCanceledException)
        {
            // The turn is over.
        }
    }

    private void Look()
    {
        if (_detector.Stall(_time.GetTimestamp(), _time.TimestampFrequency) is not { } stall)
        {
            return;
        }
        var since = _time.GetUtcNow() - _time.GetElapsedTime(stall.Since);
        if (Changed(context.Tree, since.UtcDateTime))
        {
            _detector.GetsOn(_time.GetTimestamp());
            return;
        }
        var minutes = $"{context.Loop.NoProgress.TotalMinutes:0.#} minutes";
        if (stall.Calls)
        {
            End(new RunError("agent_stuck", $"For {minutes} the agent did nothing that it had not done before, and changed no file, so it was stopped. What it changed before is kept.", Retry: false));
        }
        else if (_told != stall.Since)
        {
            _told = stall.Since;
            events.Add(RunEventKind.Warning, $"For {minutes} the agent has printed nothing new and changed no file. It goes on; cancel the job if it is stuck.");
        }
    }

    // A build writes files too, ignored ones as well; it gets on.
    private static bool Changed(string tree, DateTime since)
    {
        try
        {
            return new DirectoryInfo(tree).EnumerateFileSystemInfos("*", Everywhere).Any(entry => entry.LastWriteTimeUtc > since);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Entries that come and go are change enough.
            return true;
        }
    }

    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
}
