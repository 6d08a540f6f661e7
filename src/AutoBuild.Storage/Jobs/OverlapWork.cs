using AutoBuild.Core.Jobs;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Storage.Jobs;

/// <summary>Holds jobs back whose tickets declare that they touch what a running one's does.</summary>
/// <remarks>Only what runs holds back, and what runs ends by itself; who has waited for an hour is held no longer.</remarks>
internal sealed class OverlapWork(UnitOfWork work)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Says which running job it would run into; null where it may start.</summary>
    public string? Of(Job job)
    {
        if (!work.Options.HoldOverlaps || work.Now - (job.QueuedAt ?? work.Now) >= Longest || Touches(job) is not { Count: > 0 } mine)
        {
            return null;
        }

        foreach (var running in work.Jobs.Active().Where(other => other.ProjectId == job.ProjectId && other.TicketId != job.TicketId))
        {
            if (TouchPatterns.Overlap(mine, Touches(running)) is { } met)
            {
                return $"Ticket {running.TicketId} is being worked on and touches {met.Other}; this one touches {met.One}.";
            }
        }

        return null;
    }

    /// <summary>Lets those that wait for a job try again when it has ended.</summary>
    public void Moved(Job before, Job after)
    {
        if (work.Options.HoldOverlaps && before.State.IsActive() && !after.State.IsActive())
        {
            work.Session.Run("overlaps_due", ("project_id", after.ProjectId), ("now", work.Now));
        }
    }

    private IReadOnlyList<string> Touches(Job job) => work.Tickets.Row(job.TicketId)?.Ticket.Touches ?? [];
}
