using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Projects;

internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Warning, "Project {Project}: its source could not be fetched, work starts from the tip known before. {Why}")]
    public static partial void FetchFailed(this ILogger log, Guid project, string why);

    [LoggerMessage(5001, LogLevel.Debug, "Project {Project}: no tree was warmed. {Why}")]
    public static partial void NotWarmed(this ILogger log, Guid project, string why);

    [LoggerMessage(5002, LogLevel.Warning, "Project {Project}: something other than a landing had moved {Target}. It is back at {Tip}; what it was moved to is the rescue {Rescue}.")]
    public static partial void TipPutBack(this ILogger log, Guid project, string target, string tip, string rescue);
}
