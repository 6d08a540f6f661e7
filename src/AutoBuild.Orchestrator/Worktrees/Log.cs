using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Worktrees;

internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "{Tree} held work that was nowhere else; it is saved as rescue {Rescue}.")]
    public static partial void Rescued(this ILogger log, string tree, string rescue);

    [LoggerMessage(4001, LogLevel.Error, "{Tree} could not be taken back and is kept as it is ({Code}): {Why}")]
    public static partial void NotReturned(this ILogger log, string tree, string code, string why);

    [LoggerMessage(4002, LogLevel.Warning, "{Note}")]
    public static partial void Swept(this ILogger log, string note);

    [LoggerMessage(4003, LogLevel.Error, "Tidying up failed. {Why}")]
    public static partial void NotTidied(this ILogger log, Exception fault, string why);

    [LoggerMessage(4020, LogLevel.Information, "The objects of {Clone} are packed.")]
    public static partial void Packed(this ILogger log, string clone);

    [LoggerMessage(4010, LogLevel.Information, "Rescue {Rescue} of {At} has expired.")]
    public static partial void Expired(this ILogger log, string rescue, DateTimeOffset at);
}
