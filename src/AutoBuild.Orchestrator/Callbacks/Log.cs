using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Callbacks;

internal static partial class Log
{
    [LoggerMessage(2600, LogLevel.Information, "Callback {Delivery} of job {Job} is delivered to {Host}, try {Try}.")]
    public static partial void Delivered(this ILogger log, Guid delivery, Guid job, string host, int @try);

    [LoggerMessage(2601, LogLevel.Warning, "Callback {Delivery} of job {Job} to {Host} failed, try {Try}: {Why}. Tries left: {Left}.")]
    public static partial void NotDelivered(this ILogger log, Guid delivery, Guid job, string host, int @try, string why, int left);

    [LoggerMessage(2602, LogLevel.Error, "Callbacks can't be looked at now, trying again. {Why}")]
    public static partial void NotLookedAt(this ILogger log, string why);

    [LoggerMessage(2603, LogLevel.Warning, "Job {Job}, attempt {Attempt}: a callback ended it; what ran here for it is ended too.")]
    public static partial void EndedByCallback(this ILogger log, Guid job, int attempt);

    [LoggerMessage(2604, LogLevel.Warning, "Job {Job}, attempt {Attempt}: a callback came that counts for nothing ({Code}).")]
    public static partial void CallbackRefused(this ILogger log, Guid job, int attempt, string code);
}
