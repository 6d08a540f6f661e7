using AutoBuild.Agents;
using AutoBuild.Api;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;

namespace AutoBuild.Contract;

internal static partial class Samples
{
    private static Project Project() => new()
    {
        Id = ProjectId,
        Name = "Shop",
        RepoPath = "/srv/shop",
        DefaultBranch = "main",
        Agent = "claude",
        Landing = LandingPolicy.Auto,
        CreatedAt = Noon,
        UpdatedAt = Noon,
    };

    private static Ticket Ticket() => new()
    {
        Id = TicketId,
        ProjectId = ProjectId,
        Title = "Add a greeting",
        Description = "The start page greets by name.",
        Status = TicketState.InReview,
        Position = 1,
        Labels = ["ui"],
        MaxCostUsd = 2.5m,
        BranchName = Branch,
        JobId = JobId,
        NeedsYou = new NeedsYou(NeedsYouKind.Review, "The checks have passed: look at the difference, then land it."),
        CreatedAt = Noon,
        UpdatedAt = Noon.AddMinutes(6),
    };

    private static Job Waiting() => new()
    {
        Id = JobId,
        TicketId = TicketId,
        ProjectId = ProjectId,
        Priority = Priority.High,
        State = JobState.Queued,
        QueuedReason = QueuedReason.GlobalCapacity,
        Prompt = "Add a greeting to the start page.",
        BranchName = Branch,
        Agent = "claude",
        CreatedAt = Noon,
        QueuedAt = Noon,
    };

    private static Job Job() => Waiting() with
    {
        State = JobState.Completed,
        QueuedReason = null,
        WorkerId = "worker-1",
        BaseCommit = Base,
        HeadCommit = Head,
        Attempt = 1,
        Charged = 1,
        DispatchedAt = Noon.AddSeconds(1),
        StartedAt = Noon.AddSeconds(2),
        CompletedAt = Noon.AddMinutes(6),
        Outcome = RunOutcome.Changed,
        Usage = Used(18200, 2400, 0.09m),
        Qa = Checked(),
        QaRounds = 1,
        ChangedFiles = ["src/start.js", "test/start.test.js"],
        CreatedBy = "local",
        Attempts = [new Attempt { Number = 1, WorkerId = "worker-1", StartedAt = Noon.AddSeconds(1), FinishedAt = Noon.AddMinutes(6), Outcome = AttemptOutcome.Completed }],
        Collisions = [new JobCollision("main", CollisionKind.Conflict, ["src/start.js"], ["greet"], true)],
    };

    private static QaReport Checked() => new()
    {
        Verdict = QaVerdict.Passed,
        Commit = Head,
        Source = "node (npm)",
        Checks = [new QaCheckResult { Name = "test", Status = QaStatus.Passed, Command = "npm test", ExitCode = 0, Seconds = 2.4, LogTail = "2 passed, 0 failed" }],
    };

    private static Delivery Owed() => new()
    {
        Id = Guid.Parse("0197c0de-6000-7000-8000-000000000006"),
        JobId = JobId,
        Event = "job.completed",
        Url = "https://example.org/autobuild",
        Tries = 1,
        TriesLeft = Delivery.MostTries - 1,
        LastStatus = 503,
        LastError = "answered 503",
        LastTriedAt = Noon.AddMinutes(6),
        NextAt = Noon.AddMinutes(6).AddSeconds(5),
        CreatedAt = Noon.AddMinutes(6),
    };

    private static Landing Landing() => new()
    {
        Id = LandingId,
        ProjectId = ProjectId,
        JobId = JobId,
        TicketId = TicketId,
        TargetBranch = "main",
        BranchName = Branch,
        Commit = Head,
        State = LandingState.Conflict,
        Position = 1,
        Conflicts = [Conflict()],
        OntoCommit = Base,
        Batch = new LandingBatch(Guid.Parse("0197c0de-4000-7000-8000-000000000010"), 3, 2),
        ApprovedBy = "local",
        CreatedAt = Noon.AddMinutes(7),
        UpdatedAt = Noon.AddMinutes(8),
    };

    private static LandingConflict Conflict() => new("src/start.js", "content", "greet();\n", "greet('all');\n", "greet(name);\n")
    {
        Chunks =
        [
            new LandingChunk
            {
                Number = 1,
                Base = new ChunkSide(1, 1, "greet();\n"),
                Target = new ChunkSide(1, 1, "greet('all');\n"),
                Branch = new ChunkSide(1, 1, "greet(name);\n"),
                Tier = ChunkTier.D,
                Rule = "both-changed",
                Why = "Both sides changed the same lines, and no rule is sure how they go together.",
                Proposals = [new LandingProposal(ChunkStage.Model, "greet(name);\n", ChunkTier.C, "branch", "The branch's call says more.", 0.004m)],
            },
        ],
    };

    private static Worktree Worktree() => new()
    {
        Id = WorktreeId,
        ProjectId = ProjectId,
        TicketId = TicketId,
        Path = "/var/lib/autobuild/worktrees/shop/1",
        BranchName = "try/greeting",
        BaseCommit = Base,
        PortBase = 20000,
        DiskBytes = 24_000_000,
        CreatedAt = Noon,
        LastUsedAt = Noon,
    };

    private static PastResolution Settled() => new()
    {
        Id = WorktreeId,
        ProjectId = ProjectId,
        Key = "5f1d7a84db00d2fce00b31a7fc73224f5f1d7a84db00d2fce00b31a7fc73224f",
        Path = "src/basket.js",
        Base = "total = price\n",
        Target = "total = price * count\n",
        Branch = "total = price - rebate\n",
        Answer = "total = price * count - rebate\n",
        By = ChunkStage.Person,
        Who = "sam",
        LandingId = LandingId,
        CreatedAt = Noon,
        Uses = 1,
        UsedAt = Noon.AddDays(1),
    };

    private static Rescue Saved() => new($"{ProjectId:N}-20261121-120000-greeting", "20261121-120000-greeting", ProjectId, Head, Noon, 2);

    private static AgentBody Agent() => new()
    {
        Name = "claude",
        Program = "claude",
        Path = "/usr/local/bin/claude",
        Version = "2.1.0",
        TriedWith = "2.1.0",
        Install = "npm install -g @anthropic-ai/claude-code",
        SignedInBy = ["ANTHROPIC_API_KEY"],
        Variables = [new AgentVariable("ANTHROPIC_API_KEY", true, null)],
        Advice = "Set ANTHROPIC_API_KEY, or sign in with 'claude'.",
        Quiet = ["DISABLE_AUTOUPDATER"],
    };

    private static QueueBody Queue() => new(
        12, 1, 2, 8, 1, 0, new Dictionary<string, int> { [$"{ProjectId}"] = 3 }, 2, 8,
        new Dictionary<string, int> { ["0"] = 0, ["1"] = 1, ["2"] = 0, ["3"] = 0 }, 4.2, false, null, [Limit()]);

    private static RadarPicture Radar() => new(ProjectId, "main", Base, [new RadarBranch("autobuild/0197c0de-greeting", Head, TicketId, null, "Add a greeting", TicketState.InReview)],
        [new Collision("autobuild/0197c0de-greeting", "main", ["src/start.js"], CollisionKind.Conflict, [new CollisionFile("src/start.js", ["greet"], 1, true)], true)], true);

    private static AgentLimit Limit() => new("claude", null, Noon.AddHours(2), "quota", "You have reached your usage limit.");

    private static RunEvent Told() => new() { Seq = 7, At = Noon.AddMinutes(1), Kind = RunEventKind.ToolCall, Name = "edit", Text = "src/start.js" };
}
