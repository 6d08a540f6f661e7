using AutoBuild.Core.Landings;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Landings;

internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Landing {Landing}: {Branch} is on {Target} as {Commit}.")]
    public static partial void Landed(this ILogger log, Guid landing, string branch, string target, string commit);

    [LoggerMessage(3001, LogLevel.Information, "Landing {Landing}: {Branch} conflicts with {Target} in {Files} files.")]
    public static partial void Conflicted(this ILogger log, Guid landing, string branch, string target, int files);

    [LoggerMessage(3002, LogLevel.Information, "Landing {Landing}: {Branch} merged onto {Target} is red. {Why}")]
    public static partial void Red(this ILogger log, Guid landing, string branch, string target, string why);

    [LoggerMessage(3003, LogLevel.Information, "Landing {Landing}: {Target} moved meanwhile, merging again.")]
    public static partial void TipMoved(this ILogger log, Guid landing, string target);

    [LoggerMessage(3004, LogLevel.Warning, "Landing {Landing}: {Trigger} was refused ({Code}).")]
    public static partial void Refused(this ILogger log, Guid landing, LandingTrigger trigger, string code);

    [LoggerMessage(3005, LogLevel.Error, "Landing {Landing} broke off.")]
    public static partial void Broke(this ILogger log, Exception fault, Guid landing);

    [LoggerMessage(3006, LogLevel.Error, "The heads of the trains could not be read. {Why}")]
    public static partial void NoHeads(this ILogger log, string why);

    [LoggerMessage(3050, LogLevel.Warning, "The radar could not look. {Why}")]
    public static partial void NotWatched(this ILogger log, string why);
}
