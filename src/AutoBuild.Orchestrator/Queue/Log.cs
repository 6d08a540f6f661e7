using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Queue;

internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "Job {Job}, attempt {Attempt}, project {Project}: its runner is process {Pid}.")]
    public static partial void Launched(this ILogger log, Guid job, int attempt, string project, int pid);

    [LoggerMessage(1001, LogLevel.Warning, "Job {Job}, attempt {Attempt} could not be started ({Code}).")]
    public static partial void LaunchFailed(this ILogger log, Exception fault, Guid job, int attempt, string code);

    [LoggerMessage(1002, LogLevel.Error, "Jobs could not be claimed. {Why}")]
    public static partial void NotClaimed(this ILogger log, string why);

    [LoggerMessage(1003, LogLevel.Error, "Waiting jobs could not be queued. {Why}")]
    public static partial void NotPromoted(this ILogger log, string why);

    [LoggerMessage(1004, LogLevel.Error, "Expired leases could not be looked for. {Why}")]
    public static partial void NotSwept(this ILogger log, string why);

    [LoggerMessage(1005, LogLevel.Warning, "Job {Job}, attempt {Attempt}: its lease ran out, it is given up here.")]
    public static partial void Rescued(this ILogger log, Guid job, int attempt);

    [LoggerMessage(1006, LogLevel.Error, "Job {Job}, attempt {Attempt}: something of it can't be killed (it probably waits for a dead disk or network share), so the job is not given up yet.")]
    public static partial void Survives(this ILogger log, Guid job, int attempt);
}
