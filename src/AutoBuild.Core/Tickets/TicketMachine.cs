using AutoBuild.Core.Json;

namespace AutoBuild.Core.Tickets;

/// <summary>Names where a ticket stands on the board.</summary>
public enum TicketState
{
    Backlog,
    Ready,
    InProgress,
    InReview,
    Completed,
    Failed,
}

/// <summary>Names what can happen to a ticket; the first five are moves of a person.</summary>
public enum TicketTrigger
{
    Shelve,
    Ready,
    Start,
    Withdraw,
    Close,
    JobSubmitted,
    JobCompleted,
    JobFailed,
    JobCancelled,
    Landed,
}

/// <summary>Is the one place that says which state a ticket may go to; drawn in <c>docs/states.md</c>.</summary>
public static class TicketMachine
{
    /// <summary>Every legal transition.</summary>
    public static IReadOnlyList<(TicketState From, TicketTrigger Trigger, TicketState To)> Table { get; } =
    [
        (TicketState.Ready, TicketTrigger.Shelve, TicketState.Backlog),
        (TicketState.Backlog, TicketTrigger.Ready, TicketState.Ready),
        (TicketState.Backlog, TicketTrigger.Start, TicketState.InProgress),
        (TicketState.Ready, TicketTrigger.Start, TicketState.InProgress),
        (TicketState.InProgress, TicketTrigger.Withdraw, TicketState.Ready),
        (TicketState.InReview, TicketTrigger.Close, TicketState.Completed),
        (TicketState.Backlog, TicketTrigger.JobSubmitted, TicketState.InProgress),
        (TicketState.Ready, TicketTrigger.JobSubmitted, TicketState.InProgress),
        (TicketState.Failed, TicketTrigger.JobSubmitted, TicketState.InProgress),
        (TicketState.InReview, TicketTrigger.JobSubmitted, TicketState.InProgress),
        (TicketState.InProgress, TicketTrigger.JobCompleted, TicketState.InReview),
        (TicketState.InProgress, TicketTrigger.JobFailed, TicketState.Failed),
        (TicketState.InProgress, TicketTrigger.JobCancelled, TicketState.Ready),
        (TicketState.InReview, TicketTrigger.Landed, TicketState.Completed),
    ];

    private static readonly Dictionary<(TicketState, TicketTrigger), TicketState> Next =
        Table.ToDictionary(row => (row.From, row.Trigger), row => row.To);

    /// <summary>Returns the state that follows, or null where the table has no such row.</summary>
    public static TicketState? After(TicketState from, TicketTrigger trigger) =>
        Next.TryGetValue((from, trigger), out var to) ? to : null;

    /// <summary>Returns the move that takes a card from one column to another, or why there is none.</summary>
    public static Result<TicketTrigger> Move(TicketState from, TicketState to)
    {
        foreach (var trigger in PeoplesMoves)
        {
            if (After(from, trigger) == to)
            {
                return trigger;
            }
        }

        return new Refusal(RefusalKind.Conflict, "illegal_move",
            $"A ticket that is {SnakeCase.Of(from)} can't be moved to {SnakeCase.Of(to)}; it can go to: {Targets(from)}.");
    }

    private static readonly TicketTrigger[] PeoplesMoves =
        [TicketTrigger.Shelve, TicketTrigger.Ready, TicketTrigger.Start, TicketTrigger.Withdraw, TicketTrigger.Close];

    private static string Targets(TicketState from)
    {
        var targets = PeoplesMoves.Select(move => After(from, move)).OfType<TicketState>().Select(SnakeCase.Of).ToList();
        return targets.Count == 0 ? "nowhere by hand" : string.Join(", ", targets);
    }
}
