using AutoBuild.Core.Runs;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Runs;

internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Job {Job}, attempt {Attempt}: {Outcome}.")]
    public static partial void Reported(this ILogger log, Guid job, int attempt, RunOutcome outcome);

    [LoggerMessage(2001, LogLevel.Warning, "Job {Job}, attempt {Attempt}: the runner ended without a report, see {RunnerLog}.")]
    public static partial void Vanished(this ILogger log, Guid job, int attempt, string runnerLog);

    [LoggerMessage(2002, LogLevel.Information, "Job {Job}, attempt {Attempt} is stopped (killed: {Killed}).")]
    public static partial void Stopped(this ILogger log, Guid job, int attempt, bool killed);

    [LoggerMessage(2003, LogLevel.Warning, "Job {Job}, attempt {Attempt} belongs to somebody else now; its runner here is killed.")]
    public static partial void FencedOff(this ILogger log, Guid job, int attempt);

    [LoggerMessage(2004, LogLevel.Warning, "Job {Job}, attempt {Attempt}: {Input} was refused ({Code}).")]
    public static partial void Refused(this ILogger log, Guid job, int attempt, string input, string code);

    [LoggerMessage(2005, LogLevel.Error, "Job {Job}: the store can't take {Input} now, trying again. {Why}")]
    public static partial void StoreAway(this ILogger log, Guid job, string input, string why);

    [LoggerMessage(2006, LogLevel.Warning, "Job {Job}: an event is not shown. {Why}")]
    public static partial void NotShown(this ILogger log, Guid job, string why);

    [LoggerMessage(2007, LogLevel.Warning, "Job {Job}: {Control} could not be written. {Why}")]
    public static partial void NotTold(this ILogger log, Guid job, RunControlKind control, string why);

    [LoggerMessage(2008, LogLevel.Information, "Job {Job}, attempt {Attempt}: its runner (process {Pid}) lives on and is followed again.")]
    public static partial void Adopted(this ILogger log, Guid job, int attempt, int pid);

    [LoggerMessage(2009, LogLevel.Warning, "Job {Job}, attempt {Attempt}: its runner did not survive the restart.")]
    public static partial void NotAdopted(this ILogger log, Guid job, int attempt);

    [LoggerMessage(2010, LogLevel.Error, "Leases could not be renewed. {Why}")]
    public static partial void NotRenewed(this ILogger log, string why);

    [LoggerMessage(2013, LogLevel.Error, "Job {Job}, attempt {Attempt}: something of it can't be killed (it probably waits for a dead disk or network share), so the job does not end yet.")]
    public static partial void Survives(this ILogger log, Guid job, int attempt);

    [LoggerMessage(2012, LogLevel.Error, "Job {Job}: a message came too late for its run, and no job continues it. {Why}")]
    public static partial void NotContinued(this ILogger log, Guid job, string why);

    [LoggerMessage(2014, LogLevel.Warning, "Job {Job}, attempt {Attempt}: its agent is ended. {Why}")]
    public static partial void OutOfBudget(this ILogger log, Guid job, int attempt, string why);

    [LoggerMessage(2011, LogLevel.Error, "Job {Job}: following its run failed and is tried again. {Why}")]
    public static partial void FollowFailed(this ILogger log, Exception fault, Guid job, string why);
}
