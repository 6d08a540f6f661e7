using System.Diagnostics;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Telemetry;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Makes the spans of a run from the events that it left behind.</summary>
/// <remarks>So the runner needs no exporter, and what it did while no server looked is told too.</remarks>
internal sealed class RunTrace
{
    private readonly string _run;
    private readonly Dictionary<string, Activity?> _checks = [];
    private Activity? _phase;

    private RunTrace(string run) => _run = run;

    /// <summary>Tells of a run that ended; nothing where no trace is kept.</summary>
    /// <param name="trace">The traceparent that it joins.</param>
    /// <param name="report">Null where the runner left none.</param>
    /// <param name="end">When it ended, for a runner that left no report.</param>
    /// <param name="about">Says which run it is.</param>
    public static void Tell(string? trace, RunFolder folder, RunReport? report, DateTimeOffset end, Action<Activity?>? about = null)
    {
        if (!Traces.Kept || trace is null || Read(folder) is not { Count: > 0 } events)
        {
            return;
        }

        var here = Activity.Current;
        end = report?.FinishedAt ?? Later(end, events[^1].At);
        if (Traces.Join("run", trace, report?.StartedAt ?? events[0].At) is { Id: { } id } run)
        {
            about?.Invoke(run);
            run.SetTag("autobuild.outcome", report is null ? "lost" : SnakeCase.Of(report.Outcome));
            run.SetStatus(report is { Error: null } ? ActivityStatusCode.Unset : ActivityStatusCode.Error, report?.Error?.Message);
            new RunTrace(id).Tell(events, end);
            run.End(end);
        }

        Activity.Current = here;
    }

    private void Tell(List<RunEvent> events, DateTimeOffset end)
    {
        foreach (var happened in events)
        {
            if (happened is { Kind: RunEventKind.Phase, Phase: { } phase })
            {
                EndPhase(happened.At);
                _phase = Traces.Join(SnakeCase.Of(phase), _run, happened.At)?.SetTag("autobuild.round", happened.Round);
            }
            else if (happened.Kind == RunEventKind.CheckStarted)
            {
                _checks[happened.Name ?? ""] = Traces.Join("check", _phase?.Id ?? _run, happened.At)?.SetTag("autobuild.check", happened.Name);
            }
            else if (happened.Kind == RunEventKind.CheckEnded && _checks.Remove(happened.Name ?? "", out var check))
            {
                check?.SetTag("autobuild.result", happened.Text);
                check.End(happened.At);
            }
        }

        EndPhase(end);
    }

    private void EndPhase(DateTimeOffset at)
    {
        foreach (var check in _checks.Values)
        {
            check.End(at);
        }

        _checks.Clear();
        _phase.End(at);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static List<RunEvent> Read(RunFolder folder)
    {
        var (events, tail) = (new List<RunEvent>(), new EventTail(folder.Events, 0));
        while (tail.Read() is { Count: > 0 } more)
        {
            events.AddRange(more);
        }

        return events;
    }
}
