using AutoBuild.Client;
using AutoBuild.Commands;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Cli;

public sealed class NextStepsTests
{
    private static readonly Guid Id = Guid.Parse("01a1fda1-5201-727a-a5cb-f6c6fbfa36f0");

    private static readonly Project Here = new() { Id = Id, Name = "shop", RepoPath = "/shop", DefaultBranch = "main", CreatedAt = default, UpdatedAt = default };

    [Fact]
    public void AQuestionIsAnswered() =>
        Assert.Equal("autobuild job message fbfa36f0 \"…\"", Commands(Job(RunOutcome.NeedsInput) with { Question = "Which?" }, null)[0]);

    [Fact]
    public void WorkThatPassedIsLandedAndOnlyThenBroughtHome()
    {
        Assert.Contains("autobuild job land fbfa36f0", Commands(Job(RunOutcome.Changed), null));
        Assert.DoesNotContain("autobuild project sync shop", Commands(Job(RunOutcome.Changed), null));
        Assert.Contains("autobuild project sync shop", Commands(Job(RunOutcome.Changed), LandingState.Landed));
        Assert.DoesNotContain("autobuild job land fbfa36f0", Commands(Job(RunOutcome.Changed), LandingState.Landed));
    }

    [Fact]
    public void WhatNeverRanHasNothingToRead() =>
        Assert.All(Commands(Job(null) with { Status = JobStatus.Failed, StartedAt = null, ChangedFiles = [] }, null), command =>
            Assert.DoesNotMatch("diff|logs", command));

    [Fact]
    public void AConflictIsResolvedStepByStep()
    {
        Assert.Contains("autobuild landing show fbfa36f0", Commands(Job(RunOutcome.Changed), LandingState.Conflict));
        Assert.Equal(
            ["autobuild job message fbfa36f0 \"Merge abcdef into your branch, and settle the conflicts.\"", "autobuild worktree create resolve-fbfa36f0 --project fbfa36f0", "git merge 1234567890", "autobuild landing resolve fbfa36f0 resolve-fbfa36f0"],
            NextSteps.Of(Landing(LandingState.Conflict)).Select(step => step.Command));
    }

    [Theory]
    [InlineData("01a1fda1488979e3ae5fd44a208ee2e8-01a1fda1-5201-727a-a5cb-f6c6fbfa36f0-1", "fbfa36f0-1")]
    [InlineData("x", "x")]
    public void ARescueIsKnownByTheEndOfItsJob(string id, string shown) => Assert.Equal(shown, Plain.Rescue(id));

    [Theory]
    [InlineData("", "queue", "show")]
    [InlineData(" --data /d", "queue", "show", "--data", "/d")]
    [InlineData(" --data '/my '\\''own'\\'' data'", "queue", "show", "--data", "/my 'own' data")]
    public void ACommandToCopyReachesTheSameServer(string where, params string[] args)
    {
        using var interrupts = new Interrupts();

        Assert.Equal(where, new Call(CommandLine.Create().Parse(args), TypedCommand.Silent, interrupts).Where);
    }

    [Theory]
    [InlineData(CollisionKind.Conflict, true, "a.cs,b.cs", "A.F", "collides with main in a.cs, b.cs (A.F), the engine would resolve it")]
    [InlineData(CollisionKind.Conflict, false, "a.txt", "", "collides with main in a.txt, the engine would not resolve all of it")]
    [InlineData(CollisionKind.Conflict, false, "", "", "has no common history with main")]
    [InlineData(CollisionKind.Overlap, true, "a.cs", "", "overlaps with main in a.cs, git merges it")]
    public void ACollisionIsToldInALine(CollisionKind kind, bool resolvable, string files, string definitions, string line) =>
        Assert.Equal(line, Evidence.Sentence(new JobCollision("main", kind, Words(files), Words(definitions), resolvable)));

    private static string[] Words(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static List<string> Commands(JobView job, LandingState? state) =>
        [.. NextSteps.Of(job, state is { } known ? Landing(known) : null, Here).Select(step => step.Command)];

    private static JobView Job(RunOutcome? outcome) => new()
    {
        Id = Id, TicketId = Id, ProjectId = Id, Status = JobStatus.Completed, Outcome = outcome, StartedAt = DateTimeOffset.UnixEpoch, ChangedFiles = ["a"],
    };

    private static Landing Landing(LandingState state) => new()
    {
        Id = Id, ProjectId = Id, JobId = Id, TicketId = Id, TargetBranch = "main", BranchName = "work", Commit = "1234567890abcdef", State = state, OntoCommit = "abcdef",
        CreatedAt = default, UpdatedAt = default,
    };
}
