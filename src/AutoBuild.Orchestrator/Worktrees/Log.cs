using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Worktrees;

internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "{Tree} held work that was nowhere else; it is saved as rescue {Rescue}.")]
    public static partial void Rescued(this ILogger log, string tree, string rescue);

    [LoggerMessage(4001, LogLevel.Error, "{Tree} could not be taken back and is kept as it is ({Code}): {Why}")]
    public static partial void NotReturned(this ILogger log, string tree, string code, string why);
}
