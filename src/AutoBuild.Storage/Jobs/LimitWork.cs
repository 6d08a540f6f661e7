using AutoBuild.Core.Jobs;

namespace AutoBuild.Storage.Jobs;

/// <summary>Knows which agents' providers take nothing for now, as the jobs that wait for it were told.</summary>
internal sealed class LimitWork(UnitOfWork work)
{
    public List<AgentLimit> All() => work.Session.Many("agent_limits",
        row => new AgentLimit(row.TextOrNull("agent"), row.TextOrNull("agent_command"), row.Time("until"), row.TextOrNull("error_code"), row.TextOrNull("error_message")), ("now", work.Now));

    /// <summary>Tells of a limit that a job ran into, and of the end of one when the last job that ran into it waits no longer.</summary>
    public void Moved(Job before, Job after)
    {
        if (IsLimited(after))
        {
            work.Events.Quota(new AgentLimit(after.Agent, after.AgentCommand, after.RetryAt, after.ErrorCode, after.ErrorMessage));
        }
        else if (IsLimited(before) && !All().Exists(limit => limit.Agent == before.Agent && limit.AgentCommand == before.AgentCommand))
        {
            work.Events.Quota(new AgentLimit(before.Agent, before.AgentCommand, null, null, null));
        }
    }

    private static bool IsLimited(Job job) => job is { State: JobState.RetryWait, QueuedReason: QueuedReason.RateLimit, ErrorCode: "quota" or "rate_limit" };
}
