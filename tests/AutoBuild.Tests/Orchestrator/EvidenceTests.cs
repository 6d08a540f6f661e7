using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Orchestrator.Landings;

namespace AutoBuild.Tests.Orchestrator;

public sealed class EvidenceTests
{
    [Theory]
    [InlineData(QaVerdict.Passed, "tree", true, Evidence.Policy, true)]
    [InlineData(QaVerdict.Passed, "other", true, "somebody", false)]
    [InlineData(QaVerdict.NotRun, "tree", true, "somebody", true)]
    [InlineData(QaVerdict.NotRun, "tree", true, Evidence.Policy, false)]
    [InlineData(QaVerdict.NotRun, "other", true, "somebody", false)]
    [InlineData(QaVerdict.NotRun, "other", false, "somebody", true)]
    [InlineData(QaVerdict.NotRun, "other", false, Evidence.Policy, false)]
    [InlineData(QaVerdict.Passed, "tree", true, Evidence.Policy, true, true)]
    [InlineData(QaVerdict.NotRun, "tree", true, "somebody", false, true)]
    [InlineData(QaVerdict.NotRun, "other", false, "somebody", false, true)]
    public void Only_proof_for_the_same_tree_or_a_persons_word_spares_the_check(QaVerdict verdict, string tree, bool isQaOn, string by, bool isKnown, bool isGuessed = false)
    {
        var known = Evidence.Known(Landing(by), Project(isQaOn), Job(verdict, tree), "commit", "tree", isGuessed);

        Assert.Equal(isKnown, known is not null);
        Assert.Equal(isKnown ? verdict : null, known?.Verdict);
    }

    [Theory]
    [InlineData(QaVerdict.Passed, Evidence.Policy, true)]
    [InlineData(QaVerdict.Failed, "somebody", false)]
    [InlineData(QaVerdict.NotRun, "somebody", true)]
    [InlineData(QaVerdict.NotRun, Evidence.Policy, false)]
    [InlineData(null, "somebody", false)]
    [InlineData(QaVerdict.Passed, Evidence.Policy, true, true)]
    [InlineData(QaVerdict.NotRun, "somebody", false, true)]
    public void The_target_moves_only_for_a_pass_or_by_a_person_who_saw_no_guess(QaVerdict? verdict, string by, bool isFree, bool isGuessed = false)
    {
        var qa = verdict is { } is_ ? new QaReport { Verdict = is_, Commit = "commit", Tree = "tree" } : null;

        Assert.Equal(isFree, Evidence.Objection(Evidence.IsPersons(Landing(by)), qa, null, isGuessed) is null);
    }

    private static Landing Landing(string by) => new()
    {
        Id = Guid.NewGuid(),
        ProjectId = Guid.NewGuid(),
        JobId = Guid.NewGuid(),
        TicketId = Guid.NewGuid(),
        TargetBranch = "main",
        BranchName = "autobuild/x",
        Commit = "c",
        ApprovedBy = by,
        CreatedAt = default,
        UpdatedAt = default,
    };

    private static Project Project(bool isQaOn) => new() { Id = Guid.NewGuid(), Name = "p", QaEnabled = isQaOn, CreatedAt = default, UpdatedAt = default };

    private static Job Job(QaVerdict verdict, string tree) => new()
    {
        Id = Guid.NewGuid(),
        TicketId = Guid.NewGuid(),
        ProjectId = Guid.NewGuid(),
        Prompt = "p",
        BranchName = "autobuild/x",
        CreatedAt = default,
        Qa = new QaReport { Verdict = verdict, Commit = "c", Tree = tree },
    };
}
