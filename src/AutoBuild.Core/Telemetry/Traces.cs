using System.Diagnostics;

namespace AutoBuild.Core.Telemetry;

/// <summary>Starts the spans of a job's way: submit, dispatch, run, landing. Nobody listens where no collector is configured, then there are none.</summary>
public static class Traces
{
    /// <summary>Names the source of all spans.</summary>
    public const string SourceName = "AutoBuild";

    private static readonly ActivitySource Source = new(SourceName);

    public static bool Kept => Source.HasListeners();

    /// <summary>Starts a span below the one at hand, or a new trace.</summary>
    public static Activity? Begin(string name) => Source.StartActivity(name);

    /// <summary>Starts a span below the one at hand; none where there is none.</summary>
    public static Activity? Step(string name) => Activity.Current is null ? null : Source.StartActivity(name);

    /// <summary>Starts a span of a job's trace; none where the job has none.</summary>
    /// <param name="trace">A W3C traceparent.</param>
    /// <param name="at">Null is now.</param>
    public static Activity? Join(string name, string? trace, DateTimeOffset at = default) =>
        trace is not null && ActivityContext.TryParse(trace, null, out var parent)
            ? Source.StartActivity(name, ActivityKind.Internal, parent, startTime: at)
            : null;

    /// <summary>Ends a span at a time that is past.</summary>
    public static void End(this Activity? span, DateTimeOffset at)
    {
        span?.SetEndTime(at.UtcDateTime);
        span?.Dispose();
    }
}
