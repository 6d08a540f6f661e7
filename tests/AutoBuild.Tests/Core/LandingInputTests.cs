using AutoBuild.Core.Landings;
using AutoBuild.Core.Qa;

namespace AutoBuild.Tests.Core;

public sealed class LandingInputTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly QaReport Evidence = new() { Verdict = QaVerdict.Passed, Commit = "m" };

    private static readonly LandingInput[] Inputs =
    [
        new LandingInput.Taken("t"), new LandingInput.Merged("m"), new LandingInput.AlreadyContained(),
        new LandingInput.Conflicted([new("a.txt", "content", "b", "o", "t"), new("b.txt", "add/add", null, "o", "t")]),
        new LandingInput.Answered([]), new LandingInput.Passed(Evidence), new LandingInput.Failed(Evidence, "tests fail"), new LandingInput.Moved(), new LandingInput.StartOver("the tip moved"),
        new LandingInput.Ejected("not now"), new LandingInput.Cancelled("never"), new LandingInput.Requeued(),
    ];

    private static Landing Landing(LandingState state) => new()
    {
        Id = Guid.CreateVersion7(),
        ProjectId = Guid.CreateVersion7(),
        JobId = Guid.CreateVersion7(),
        TicketId = Guid.CreateVersion7(),
        TargetBranch = "main",
        BranchName = "autobuild/x",
        Commit = "c",
        State = state,
        CreatedAt = Now - TimeSpan.FromHours(1),
        UpdatedAt = Now - TimeSpan.FromHours(1),
        LandedAt = state == LandingState.Landed ? Now - TimeSpan.FromMinutes(1) : null,
    };

    [Fact]
    public void Every_trigger_has_its_input() =>
        Assert.Equal(Enum.GetValues<LandingTrigger>().Order(), Inputs.Select(input => input.Trigger).Order());

    [Fact]
    public void Every_input_meets_every_state()
    {
        foreach (var from in Enum.GetValues<LandingState>())
        {
            foreach (var input in Inputs)
            {
                var applied = input.Apply(Landing(from), Now);
                if (LandingMachine.After(from, input.Trigger) is { } to)
                {
                    var landing = applied.OrThrow();
                    Assert.Equal((to, Now), (landing.State, landing.UpdatedAt));
                    Assert.Equal(to == LandingState.Landed ? Now : null, landing.LandedAt);
                }
                else
                {
                    Assert.Equal("illegal_landing_transition", applied.Refusal?.Code);
                }
            }
        }
    }

    [Fact]
    public void A_train_ride_leaves_its_facts()
    {
        var landing = Apply(Landing(LandingState.Queued) with { Error = "old", Conflicts = [new("a", "content", null, null, null)] }, new LandingInput.Taken("tip"));
        Assert.Equal(("tip", null, 0), (landing.OntoCommit, landing.Error, landing.Conflicts.Count));

        landing = Apply(landing, new LandingInput.Merged("merge"));
        landing = Apply(landing, new LandingInput.Passed(Evidence));
        landing = Apply(landing, new LandingInput.Moved());

        Assert.Equal((LandingState.Landed, "tip", "merge", Evidence, Now), (landing.State, landing.OntoCommit, landing.MergedCommit, landing.Qa, landing.LandedAt!.Value));
    }

    [Fact]
    public void Its_batch_is_known_until_it_waits_again()
    {
        var batch = new LandingBatch(Guid.CreateVersion7(), 3, 3);
        var landing = Apply(Landing(LandingState.Queued), new LandingInput.Taken("tip", batch));
        Assert.Equal(batch, landing.Batch);

        landing = Apply(landing, new LandingInput.Merged("merge") { Batch = batch with { Size = 2, Place = 2 } });
        Assert.Equal((2, 2), (landing.Batch!.Size, landing.Batch.Place));
        Assert.Null(Apply(landing, new LandingInput.StartOver("one left")).Batch);
        Assert.Equal(landing.Batch, Apply(Apply(landing, new LandingInput.Passed(Evidence)), new LandingInput.Moved()).Batch);
    }

    [Fact]
    public void A_conflict_names_its_files()
    {
        var landing = Apply(Landing(LandingState.Merging), Inputs.OfType<LandingInput.Conflicted>().Single());

        Assert.Equal((LandingState.Conflict, 2, "Conflict in a.txt, b.txt."), (landing.State, landing.Conflicts.Count, landing.Error));
        Assert.Equal(LandingState.Queued, Apply(landing, new LandingInput.Requeued()).State);
    }

    [Fact]
    public void A_red_merge_keeps_its_evidence_until_it_is_taken_again()
    {
        var red = Apply(Landing(LandingState.Testing) with { MergedCommit = "m" }, new LandingInput.Failed(Evidence, "tests fail"));
        Assert.Equal(("tests fail", Evidence), (red.Error, red.Qa));

        var again = Apply(Apply(red, new LandingInput.Requeued()), new LandingInput.Taken("newer"));
        Assert.Equal((LandingState.Merging, "newer", null, null, null), (again.State, again.OntoCommit, again.MergedCommit, again.Qa, again.Error));
    }

    private static Landing Apply(Landing landing, LandingInput input) => input.Apply(landing, Now).OrThrow();
}
