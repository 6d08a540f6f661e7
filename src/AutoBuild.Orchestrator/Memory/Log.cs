using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Memory;

internal static partial class Log
{
    [LoggerMessage(8000, LogLevel.Warning, "Job {Job}, attempt {Attempt}: it starts without context from memory. {Why}")]
    public static partial void WithoutContext(this ILogger log, Guid job, int attempt, string why);

    [LoggerMessage(8001, LogLevel.Warning, "The memory takes no lessons now, they stay owed; it is asked again in {Seconds} s. {Why}")]
    public static partial void MemoryAway(this ILogger log, double seconds, string why);

    [LoggerMessage(8002, LogLevel.Error, "Job {Job}: what it taught could not be told to the memory, {Left} tries are left. {Why}")]
    public static partial void NotTaught(this ILogger log, Exception fault, Guid job, int left, string why);

    [LoggerMessage(8003, LogLevel.Error, "What is owed to the memory could not be looked at, trying again. {Why}")]
    public static partial void NotLookedAt(this ILogger log, string why);
}
