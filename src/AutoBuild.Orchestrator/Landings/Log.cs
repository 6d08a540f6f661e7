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

    [LoggerMessage(3004, LogLevel.Warning, "Landing {Landing} and those told with it, {Count} in all: {Trigger} was refused ({Code}).")]
    public static partial void Refused(this ILogger log, Guid landing, int count, LandingTrigger trigger, string code);

    [LoggerMessage(3005, LogLevel.Error, "Landing {Landing} broke off.")]
    public static partial void Broke(this ILogger log, Exception fault, Guid landing);

    [LoggerMessage(3006, LogLevel.Error, "The heads of the trains could not be read. {Why}")]
    public static partial void NoHeads(this ILogger log, string why);

    [LoggerMessage(3050, LogLevel.Warning, "The radar could not look. {Why}")]
    public static partial void NotWatched(this ILogger log, string why);

    [LoggerMessage(3007, LogLevel.Information, "Batch {Batch} for {Target}: the first {Place} of {Members} are checked together.")]
    public static partial void Checks(this ILogger log, Guid batch, string target, int place, int members);

    [LoggerMessage(3008, LogLevel.Information, "Landing {Landing}: {Branch} goes back to its agent as job {Job}, {Number} of {Most}.")]
    public static partial void SentBack(this ILogger log, Guid landing, string branch, Guid job, int number, int most);

    [LoggerMessage(3009, LogLevel.Warning, "Landing {Landing} could not be sent back to its agent. {Why}")]
    public static partial void NotSentBack(this ILogger log, Guid landing, string why);
}
