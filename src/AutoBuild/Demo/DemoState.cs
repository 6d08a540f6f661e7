using AutoBuild.Client;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Demo;

/// <summary>Is where one ticket of the demo stands.</summary>
internal sealed record DemoRow(DemoTicket Plan, Ticket Ticket, JobView? Job, Landing? Landing)
{
    public bool HasLanded => Ticket.Status == TicketState.Completed;

    public bool NeedsYou => Ticket is { Status: TicketState.InReview, NeedsYou: not null };

    /// <summary>Whether nothing more happens to it by itself.</summary>
    public bool IsSettled => Ticket.Status is TicketState.Completed or TicketState.Failed || NeedsYou && (Landing is null || Commands.Watch.IsStill(Landing.State));

    /// <summary>Where it stands, in a word or two.</summary>
    public string Stands => (Ticket.Status, Landing?.State) switch
    {
        (TicketState.Completed, _) => "landed",
        (TicketState.Failed, _) => "failed",
        (_, LandingState.Conflict) => "conflict",
        (_, LandingState.Queued) => "to land",
        (_, { } landing) => Commands.Plain.Word(landing),
        _ when Ticket.BlockedBy is { Count: > 0 } && Job?.StartedAt is null => "waits",
        _ when Job is { Phase: { } phase, IsOver: false } => Commands.Plain.Word(phase),
        _ => Job is null ? "waits" : Commands.Plain.Word(Job.Status),
    };

    /// <summary>What is worth saying about it.</summary>
    public string Remark => this switch
    {
        { Landing: { State: LandingState.Landed, MergedCommit: { } commit } } => $"as {Commands.Plain.Commit(commit)}{Rounds}{Settled}",
        { Ticket.NeedsYou: { } needs } when IsSettled => needs.Sentence,
        { Ticket.ErrorMessage: { } error } => error,
        { Job.ErrorMessage: { } error } => error,
        _ when Ticket.BlockedBy is { Count: > 0 } => $"for \"{DemoTicket.All.Single(other => other.Key == Plan.After).Title}\" to land",
        _ => "",
    };

    /// <summary>The file in which it collided with another, and that was merged all the same; null where git merged it.</summary>
    public LandingConflict? Collision => Landing is { State: LandingState.Landed, Resolved: [var file, ..] } ? file : null;

    private string Settled => Collision is { } file ? $", its conflict in {file.Path} resolved by rule" : "";

    private string Rounds => Job is { QaRounds: > 1 } job ? $", mended after {job.QaRounds - 1} failed round of checks" : "";
}

/// <summary>Is where the whole demo stands.</summary>
internal sealed record DemoState(IReadOnlyList<DemoRow> Rows)
{
    public int Landed => Rows.Count(row => row.HasLanded);

    public int NeedsYou => Rows.Count(row => row.NeedsYou);

    public int Failed => Rows.Count(row => row.Ticket.Status == TicketState.Failed);

    public int QaRounds => Rows.Sum(row => row.Job?.QaRounds ?? 0);

    /// <summary>Whether nothing more happens: all are settled, or wait for one that will not land.</summary>
    public bool IsSettled => Rows.All(row => row.IsSettled || Rows.Any(other => other.Plan.Key == row.Plan.After && other is { IsSettled: true, HasLanded: false }));

    /// <summary>How many landed although git left a file of theirs in conflict.</summary>
    public int Resolved => Rows.Count(row => row.Collision is not null);

    /// <summary>Whether it ended as it is meant to: all landed, one of them over a conflict of two that add a command at the same place.</summary>
    public bool IsAsPlanned => this is { Rows.Count: 6, Landed: 6, NeedsYou: 0, Failed: 0, Resolved: 1 };
}
