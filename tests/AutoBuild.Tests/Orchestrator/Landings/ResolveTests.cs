using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator.Landings;

public sealed class ResolveTests
{
    private const string Guess = "call(one, two, three)\n";
    private const string GuessOurs = "call(1, two, three)\n";
    private const string GuessTheirs = "call(one, two, 3)\n";
    private const string GuessMerged = "call(1, two, 3)\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_guess_lands_with_checks_that_passed_and_is_told_after()
    {
        await using var bench = await StartAsync(Guess);
        var (project, job) = await CollideAsync(bench, GuessOurs, GuessTheirs);

        var landed = await bench.LandingAsync(job, found => found.State == LandingState.Landed);

        Assert.Equal((GuessMerged, QaVerdict.Passed), (await bench.ReadAsync(project, "refs/heads/main", "code.txt"), landed.Qa!.Verdict));
        Assert.Equal(landed.MergedCommit, Assert.Single(bench.Checks));
        Assert.Equal((ChunkStage.Engine, ChunkTier.B), (landed.Resolved[0].Chunks[0].By, landed.Resolved[0].Chunks[0].Tier));
    }

    [Theory]
    [InlineData("no-checks")]
    [InlineData("fail-checks")]
    public async Task A_guess_without_a_pass_waits_for_a_person_who_may_take_it(string gate)
    {
        await using var bench = await StartAsync(Guess);
        bench.Open(gate);
        var (project, job) = await CollideAsync(bench, GuessOurs, GuessTheirs);
        var before = await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel);

        var open = await bench.LandingAsync(job, found => found.State == LandingState.Conflict);

        Assert.Equal(before, await bench.Clone(project).ResolveAsync("refs/heads/main", Cancel));
        Assert.Contains("code.txt", open.Error, StringComparison.Ordinal);
        Assert.Equal((gate == "no-checks" ? QaVerdict.NotRun : QaVerdict.Failed, GuessMerged), (open.Qa!.Verdict, open.Conflicts[0].Chunks[0].Proposals[0].Text));
        if (gate == "fail-checks")
        {
            return;
        }

        await TakeAsync(bench, open, new ChunkChoice("code.txt", null, ChunkTake.Proposal));
        var landed = await bench.LandingAsync(job, found => found.State == LandingState.Landed);
        Assert.Equal(GuessMerged, await bench.ReadAsync(project, "refs/heads/main", "code.txt"));
        Assert.Equal(("kim", ChunkStage.Person), (landed.ApprovedBy, landed.Resolved[0].Chunks[0].By));
    }

    [Fact]
    public async Task Chunks_are_answered_one_by_one_and_what_is_left_stays_open()
    {
        await using var bench = await StartAsync(Two("zero", "zero"));
        var (project, job) = await CollideAsync(bench, Two("one", "uno"), Two("two", "due"));
        var open = await bench.LandingAsync(job, found => found.State == LandingState.Conflict);
        Assert.Equal([1, 2], open.Conflicts[0].Chunks.Select(chunk => chunk.Number));
        foreach (var (choice, code) in new[]
        {
            (new ChunkChoice("code.txt", 3, ChunkTake.Target), "chunk_missing"), (new ChunkChoice("code.txt", 1, ChunkTake.Proposal), "proposal_missing"),
            (new ChunkChoice("other.txt", 1, ChunkTake.Target), "file_not_in_conflict"), (new ChunkChoice("code.txt", 1, ChunkTake.Text, Text: "<<<<<<< x"), "merge_unresolved"),
        })
        {
            Assert.Equal(code, (await ResolveAsync(bench, open, choice, choice with { Chunk = 2, Take = ChunkTake.Target })).Refusal?.Code);
        }

        var part = (await ResolveAsync(bench, open, new ChunkChoice("code.txt", 2, ChunkTake.Both))).OrThrow();

        Assert.Equal((LandingState.Conflict, null, "uno\ndue\n"), (part.State, part.Conflicts[0].Chunks[0].Accepted, part.Conflicts[0].Chunks[1].Accepted));
        var own = new ChunkChoice("code.txt", 1, ChunkTake.Text, Text: "three");
        var doubt = (await ResolveAsync(bench, part, own)).Refusal;
        Assert.Equal("answer_doubtful", doubt?.Code);
        Assert.Contains("one", doubt!.Sentence, StringComparison.Ordinal);
        (await bench.Get<LandingDesk>().ResolveAsync(part.Id, new LandingResolution(null, null) { Chunks = [own], Force = true }, "kim", Cancel)).OrThrow();
        var landed = await bench.LandingAsync(job, found => found.State == LandingState.Landed);
        Assert.Equal(Two("three", "uno\ndue"), await bench.ReadAsync(project, "refs/heads/main", "code.txt"));
        Assert.Equal(["text", "both"], landed.Resolved[0].Chunks.Select(chunk => chunk.Rule));
        Assert.True(await bench.Clone(project).ContainsAsync(job.HeadCommit!, landed.MergedCommit!, Cancel));
    }

    [Fact]
    public async Task What_a_person_put_in_the_place_of_a_chunk_is_learnt_from_the_text_of_the_whole_file()
    {
        await using var bench = await StartAsync(Two("zero", "zero"));
        var (project, job) = await CollideAsync(bench, Two("one", "uno"), Two("two", "due"));
        var open = await bench.LandingAsync(job, found => found.State == LandingState.Conflict);
        var settled = Two("one and two", "uno, due").Replace("line 20", "line twenty", StringComparison.Ordinal);

        (await bench.Get<LandingDesk>().ResolveAsync(open.Id, new LandingResolution(null, new Dictionary<string, string?> { ["code.txt"] = settled }), "kim", Cancel)).OrThrow();

        var landed = await bench.LandingAsync(job, found => found.State == LandingState.Landed);
        Assert.Equal(settled, await bench.ReadAsync(project, "refs/heads/main", "code.txt"));
        Assert.Equal([("one and two\n", ChunkStage.Person), (null, null)], landed.Resolved[0].Chunks.Select(chunk => (chunk.Accepted, chunk.By)));
        var known = Assert.Single((await bench.Store.ListResolutionsAsync(project.Id, new PageRequest(), Cancel)).Items);
        Assert.Equal(("one and two\n", "kim", ChunkStage.Person, landed.Id), (known.Answer, known.Who, known.By, known.LandingId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_holds_for_the_lines_it_was_made_for_and_for_no_others(bool isSameLine)
    {
        await using var bench = await StartAsync(Two("zero", "zero"));
        var (project, job) = await CollideAsync(bench, Two("one", "zero"), Two("two", "zero"));
        var open = await bench.LandingAsync(job, found => found.State == LandingState.Conflict);
        var clone = bench.Clone(project);
        var tip = (await clone.ResolveAsync("refs/heads/main", Cancel))!;
        var text = isSameLine ? Two("other", "zero") : Two("one", "other");
        var moved = await clone.ReplaceMergeAsync(await clone.TreeAsync(tip, Cancel), tip, tip, new Dictionary<string, ResolvedFile> { ["code.txt"] = new(await clone.WriteBlobAsync(MergeBench.Bytes(text), Cancel)) }, "moved", Cancel);
        Assert.True(await clone.MoveTipAsync("main", tip, moved.Commit, Cancel));

        await TakeAsync(bench, open, new ChunkChoice("code.txt", 1, ChunkTake.Both));

        var after = await bench.LandingAsync(job, found => found.State is LandingState.Conflict or LandingState.Landed && found.OntoCommit != open.OntoCommit);
        Assert.Equal(isSameLine ? LandingState.Conflict : LandingState.Landed, after.State);
        Assert.Equal(isSameLine ? text : Two("one\ntwo", "other"), await bench.ReadAsync(project, "refs/heads/main", "code.txt"));
        if (isSameLine)
        {
            Assert.Equal(("other\n", "one\ntwo\n"), (after.Conflicts[0].Chunks[0].Target.Text, after.Conflicts[0].Chunks[0].Branch.Text));
            Assert.Equal("conflict_changed", (await bench.Get<LandingDesk>().ResolveAsync(after.Id, new LandingResolution(null, null) { Chunks = [new("code.txt", 1, ChunkTake.Branch)], Onto = open.OntoCommit }, "kim", Cancel)).Refusal?.Code);
        }
    }

    [Fact]
    public async Task A_file_that_is_deleted_here_and_changed_there_is_settled_by_a_side()
    {
        await using var bench = await StartAsync("zero\n");
        var (project, job) = await CollideAsync(bench, null, "two\n");
        var open = await bench.LandingAsync(job, found => found.State == LandingState.Conflict);
        Assert.Empty(open.Conflicts[0].Chunks);
        Assert.Equal("side_missing", (await ResolveAsync(bench, open, new ChunkChoice("code.txt", null, ChunkTake.Both))).Refusal?.Code);

        await TakeAsync(bench, open, new ChunkChoice("code.txt", null, ChunkTake.Branch));

        var landed = await bench.LandingAsync(job, found => found.State == LandingState.Landed);
        Assert.Equal("two\n", await bench.ReadAsync(project, "refs/heads/main", "code.txt"));
        Assert.Equal("kim", landed.Resolved[0].Answer!.By);
    }

    private static string Two(string first, string second) => $"{first}\n{string.Concat(Enumerable.Range(1, 20).Select(line => $"line {line}\n"))}{second}\n";

    private static async Task<Bench> StartAsync(string text)
    {
        var bench = await Bench.StartAsync();
        await bench.CommitAsync("code.txt", text);
        return bench;
    }

    /// <summary>Lands one text of a file, and approves another that was written at the same time; null deletes the file.</summary>
    private static async Task<(Project Project, Job Second)> CollideAsync(Bench bench, string? first, string second)
    {
        var project = await bench.AddProjectAsync();
        await File.WriteAllTextAsync(Path.Combine(bench.Gates, "first"), first ?? "", Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Gates, "second"), second, Cancel);
        Job[] jobs = [await bench.SubmitAsync(project, first is null ? "gate go drop code.txt" : "gate go put code.txt first"), await bench.SubmitAsync(project, "gate go put code.txt second")];
        foreach (var job in jobs)
        {
            await bench.UntilAsync(job.Id, found => found.State == JobState.Running);
        }

        bench.Open("go");
        jobs = [await bench.EndAsync(jobs[0]), await bench.EndAsync(jobs[1])];
        var desk = bench.Get<LandingDesk>();
        (await desk.ApproveAsync(jobs[0].Id, "somebody", Cancel)).OrThrow();
        await bench.LandingAsync(jobs[0], found => found.State == LandingState.Landed);
        (await desk.ApproveAsync(jobs[1].Id, "somebody", Cancel)).OrThrow();
        return (project, jobs[1]);
    }

    private static Task<AutoBuild.Core.Result<Landing>> ResolveAsync(Bench bench, Landing landing, params ChunkChoice[] choices) =>
        bench.Get<LandingDesk>().ResolveAsync(landing.Id, new LandingResolution(null, null) { Chunks = choices, Onto = landing.OntoCommit }, "kim", Cancel);

    private static async Task TakeAsync(Bench bench, Landing landing, params ChunkChoice[] choices)
    {
        var taken = (await ResolveAsync(bench, landing, choices)).OrThrow();
        Assert.NotEqual(LandingState.Conflict, taken.State);
    }
}
