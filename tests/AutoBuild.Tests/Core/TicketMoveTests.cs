using AutoBuild.Core;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Core;

public sealed class TicketMoveTests
{
    private static readonly Dictionary<(TicketState, TicketState), TicketTrigger> Allowed = new()
    {
        [(TicketState.Backlog, TicketState.Ready)] = TicketTrigger.Ready,
        [(TicketState.Ready, TicketState.Backlog)] = TicketTrigger.Shelve,
        [(TicketState.Backlog, TicketState.InProgress)] = TicketTrigger.Start,
        [(TicketState.Ready, TicketState.InProgress)] = TicketTrigger.Start,
        [(TicketState.InProgress, TicketState.Ready)] = TicketTrigger.Withdraw,
        [(TicketState.InReview, TicketState.Completed)] = TicketTrigger.Close,
    };

    [Fact]
    public void People_make_these_moves_and_no_others()
    {
        foreach (var from in Enum.GetValues<TicketState>())
        {
            foreach (var to in Enum.GetValues<TicketState>())
            {
                var move = TicketMachine.Move(from, to);
                if (Allowed.TryGetValue((from, to), out var trigger))
                {
                    Assert.Equal(trigger, move.OrThrow());
                }
                else
                {
                    Assert.Equal((RefusalKind.Conflict, "illegal_move"), (move.Refusal?.Kind, move.Refusal?.Code));
                }
            }
        }
    }

    [Theory]
    [InlineData(TicketState.InReview, TicketState.Backlog, "A ticket that is in_review can't be moved to backlog; it can go to: completed.")]
    [InlineData(TicketState.Completed, TicketState.Ready, "A ticket that is completed can't be moved to ready; it can go to: nowhere by hand.")]
    public void A_refusal_says_where_a_ticket_can_go(TicketState from, TicketState to, string sentence) =>
        Assert.Equal(sentence, TicketMachine.Move(from, to).Refusal?.Sentence);
}
