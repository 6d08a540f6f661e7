namespace AutoBuild.Core.Events;

/// <summary>Is one entry of the event stream: something that a dashboard shows has changed.</summary>
/// <param name="Id">Grows; readers resume after it.</param>
/// <param name="Kind">One of <see cref="EventKinds"/>.</param>
/// <param name="Data">The new state as JSON, small.</param>
public sealed record StoreEvent(long Id, string Kind, Guid? ProjectId, Guid? TicketId, Guid? JobId, DateTimeOffset At, string Data);

/// <summary>Lists the kinds of events, as the wire names them.</summary>
public static class EventKinds
{
    public const string Project = "project.changed";
    public const string Ticket = "ticket.changed";
    public const string Job = "job.changed";
    public const string Run = "run.event";
    public const string Landing = "landing.changed";
    public const string Worktree = "worktree.changed";
    public const string Quota = "quota.changed";
    public const string Queue = "queue.changed";
    public const string Radar = "radar.changed";

    public static IReadOnlyList<string> All { get; } = [Project, Ticket, Job, Run, Landing, Worktree, Quota, Queue, Radar];
}
