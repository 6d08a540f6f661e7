using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;

namespace AutoBuild.Tests.Core;

public sealed class MachineTests
{
    [Fact]
    public void Jobs_follow_their_table() =>
        Check(JobMachine.Table, JobMachine.After, [JobState.Pending, JobState.Blocked, JobState.Queued], JobStates.IsOver);

    [Fact]
    public void Tickets_follow_their_table() =>
        Check(TicketMachine.Table, TicketMachine.After, [TicketState.Backlog, TicketState.Ready], state => state == TicketState.Completed);

    [Fact]
    public void Landings_follow_their_table() =>
        Check(LandingMachine.Table, LandingMachine.After, [LandingState.Queued], state => state is LandingState.Landed or LandingState.Cancelled);

    [Fact]
    public void Worktrees_follow_their_table() =>
        Check(WorktreeMachine.Table, WorktreeMachine.After, [WorktreeState.Active], state => state == WorktreeState.Deleted);

    [Fact]
    public void A_slot_is_held_by_the_three_states_between_claim_and_end() =>
        Assert.Equal([JobState.Dispatched, JobState.Running, JobState.Cancelling], Enum.GetValues<JobState>().Where(JobStates.IsActive));

    [Fact]
    public void A_landing_is_open_until_it_landed_or_somebody_has_to_act() =>
        Assert.Equal([LandingState.Queued, LandingState.Merging, LandingState.Testing, LandingState.Moving], Enum.GetValues<LandingState>().Where(LandingMachine.IsOpen));

    private static void Check<TState, TTrigger>(
        IReadOnlyList<(TState From, TTrigger Trigger, TState To)> table, Func<TState, TTrigger, TState?> after, TState[] starts, Func<TState, bool> isOver)
        where TState : struct, Enum
        where TTrigger : struct, Enum
    {
        foreach (var from in Enum.GetValues<TState>())
        {
            foreach (var trigger in Enum.GetValues<TTrigger>())
            {
                var rows = table.Where(row => row.From.Equals(from) && row.Trigger.Equals(trigger)).ToList();
                Assert.True(rows.Count <= 1, $"{from} and {trigger} have {rows.Count} rows.");
                Assert.Equal(rows.Count == 0 ? null : rows[0].To, after(from, trigger));
            }

            Assert.Equal(isOver(from), table.All(row => !row.From.Equals(from)));
            Assert.True(starts.Contains(from) || table.Any(row => row.To.Equals(from)), $"Nothing leads to {from}.");
        }

        Assert.All(Enum.GetValues<TTrigger>(), trigger => Assert.Contains(table, row => row.Trigger.Equals(trigger)));
    }
}
