using AutoBuild.Core.Jobs;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;

namespace AutoBuild.Tests.Storage;

/// <summary>Remembers what was done, owes it to the memory until it is told, and counts nothing twice.</summary>
public abstract partial class StoreConformance
{
    [Fact]
    public async Task Memories_are_written_listed_changed_and_forgotten()
    {
        var (project, other) = ((await ProjectAsync()).Id, (await ProjectAsync(name: "other")).Id);
        var ticket = await TicketAsync(project);
        var first = await RememberAsync(project, "tabs, not blanks", MemoryType.Decision, ticket.Id);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await RememberAsync(project, "the bank answers slowly");
        await RememberAsync(other, "elsewhere");

        AssertRefused("project_not_found", await Store.AddMemoryAsync(new NewMemory { ProjectId = Guid.NewGuid(), Type = MemoryType.Insight, Content = "x" }, Cancel));
        AssertRefused("ticket_not_found", await Store.AddMemoryAsync(new NewMemory { ProjectId = other, TicketId = ticket.Id, Type = MemoryType.Insight, Content = "x" }, Cancel));
        Assert.Equal((first.Id, MemorySource.Agent, "sam"), ((await Store.GetMemoryAsync(first.Id, Cancel))!.Id, first.Source, first.MadeBy));
        await AssertListsAsync(new MemoryFilter(project), 1, 2, second.Id);
        await AssertListsAsync(new MemoryFilter(project, MemoryType.Decision), 9, 1, first.Id);
        await AssertListsAsync(new MemoryFilter(project, TicketId: ticket.Id), 9, 1, first.Id);

        var changed = (await Store.EditMemoryAsync(first.Id, new MemoryPatch(Content: "blanks, not tabs"), Cancel)).OrThrow();
        Assert.Equal(("blanks, not tabs", MemoryType.Decision, Clock.GetUtcNow()), (changed.Content, changed.MemoryType, changed.EditedAt));
        Assert.Equal(first.Id, (await Store.DeleteMemoryAsync(first.Id, Cancel)).OrThrow().Id);
        AssertRefused("memory_not_found", await Store.DeleteMemoryAsync(first.Id, Cancel));
        AssertRefused("memory_not_found", await Store.EditMemoryAsync(first.Id, new MemoryPatch("x"), Cancel));
        Assert.Null(await Store.GetMemoryAsync(first.Id, Cancel));
        await AssertListsAsync(new MemoryFilter(project), 9, 1, second.Id);
    }

    [Fact]
    public async Task A_job_is_one_memory_and_what_a_person_did_to_it_stays()
    {
        var job = await CompletedAsync((await ProjectAsync()).Id);
        var lesson = LessonOf(job) with { Type = MemoryType.ExecutionFailure, Content = "went wrong" };
        await Store.LearnAsync(lesson, Cancel);
        await Store.LearnAsync(lesson with { Type = MemoryType.ExecutionSuccess, Content = "went well" }, Cancel);
        var memory = Assert.Single((await Store.ListMemoriesAsync(new MemoryFilter(job.ProjectId), 9, Cancel)).Items);
        Assert.Equal(("went well", MemoryType.ExecutionSuccess, MemorySource.Run, job.Id), (memory.Content, memory.MemoryType, memory.Source, memory.JobId));

        await Store.EditMemoryAsync(memory.Id, new MemoryPatch("went very well"), Cancel);
        await Store.LearnAsync(lesson, Cancel);
        Assert.Equal("went very well", (await Store.GetMemoryAsync(memory.Id, Cancel))!.Content);

        await Store.DeleteMemoryAsync(memory.Id, Cancel);
        await Store.LearnAsync(lesson, Cancel);
        await AssertListsAsync(new MemoryFilter(job.ProjectId), 9, 0);
    }

    [Fact]
    public async Task Patterns_count_each_job_once_and_are_changed_and_forgotten_for_good()
    {
        var project = (await ProjectAsync()).Id;
        var (one, two) = (LessonOf(await CompletedAsync(project)), LessonOf(await CompletedAsync(project)));
        var held = new PatternEvidence(PatternType.Command, "command make", "`make` checks the work.", Held: true);
        var against = held with { Content = null, Held = false };

        await Store.LearnAsync(one with { Patterns = [against] }, Cancel);
        Assert.Equal(0, (await Store.ListPatternsAsync(new PatternFilter(project), 9, Cancel)).Total);
        await Store.LearnAsync(one with { Patterns = [held] }, Cancel);
        await Store.LearnAsync(one with { Patterns = [held] }, Cancel);
        await Store.LearnAsync(two with { Patterns = [against] }, Cancel);
        var pattern = Assert.Single((await Store.ListPatternsAsync(new PatternFilter(project, PatternType.Command), 9, Cancel)).Items);

        Assert.Equal((1, 1, one.At), (pattern.SuccessCount, pattern.FailureCount, pattern.LastUsedAt));
        Assert.Equal([(one.JobId, "c0ffee", true), (two.JobId, "c0ffee", false)], pattern.Provenance.Select(source => (source.JobId, source.Commit, source.Held)).OrderByDescending(source => source.Held));
        Assert.Equal(0, (await Store.ListPatternsAsync(new PatternFilter(project, PatternType.Naming), 9, Cancel)).Total);

        Assert.Equal("make it", (await Store.EditPatternAsync(pattern.Id, "make it", Cancel)).OrThrow().PatternContent);
        await Store.LearnAsync(LessonOf(await CompletedAsync(project)) with { Patterns = [held] }, Cancel);
        Assert.Equal(("make it", 2), ((await Store.GetPatternAsync(pattern.Id, Cancel))!.PatternContent, (await Store.GetPatternAsync(pattern.Id, Cancel))!.SuccessCount));

        await Store.ForgetPatternAsync(pattern.Id, Cancel);
        await Store.LearnAsync(LessonOf(await CompletedAsync(project)) with { Patterns = [held] }, Cancel);
        Assert.Empty((await Store.ListPatternsAsync(new PatternFilter(project), 9, Cancel)).Items);
        AssertRefused("pattern_not_found", await Store.ForgetPatternAsync(pattern.Id, Cancel));
        AssertRefused("pattern_not_found", await Store.EditPatternAsync(pattern.Id, "x", Cancel));
    }

    [Fact]
    public async Task What_runs_were_given_is_judged_by_what_they_read_and_changed()
    {
        var project = (await ProjectAsync()).Id;
        var (told, silent) = (await CompletedAsync(project), await CompletedAsync(project));
        await GiveAsync(told, 1, "a", "a", "b", "c");
        await GiveAsync(told, 2, "d");
        await GiveAsync(silent, 1, "a", "z");
        Assert.Equal(new Usefulness(0, 0, 0, 0, 0, 0), await Store.GetUsefulnessAsync(project, Cancel));

        // The second attempt asked and was never handed it; the other agent tells nothing of what it reads.
        await Store.LearnAsync(LessonOf(told) with { Given = [1], Read = ["a", "x"], Changed = ["b", "new"] }, Cancel);
        await Store.LearnAsync(LessonOf(silent) with { Given = [1], Changed = ["a"] }, Cancel);

        Assert.Equal(new Usefulness(Runs: 2, Given: 5, Read: 1, Changed: 2, Used: 3, ChangedInAll: 3), await Store.GetUsefulnessAsync(project, Cancel));
        var given = Assert.Single(await Store.ListGivenAsync(told.Id, Cancel));
        Assert.Equal([("a", 1, true, false), ("a", 11, true, false), ("b", 21, false, true), ("c", 31, false, false)], given.Sources.Select(source => (source.Path, source.StartLine, source.Read!.Value, source.Changed!.Value)));
        Assert.All((await Store.ListGivenAsync(silent.Id, Cancel))[0].Sources, source => Assert.Null(source.Read));
        Assert.Equal(0, (await Store.GetUsefulnessAsync((await ProjectAsync(name: "other")).Id, Cancel)).Runs);
    }

    [Fact]
    public async Task The_memory_is_owed_each_end_until_it_is_settled_and_anew_when_more_happens()
    {
        var project = (await ProjectAsync()).Id;
        var job = await CompletedAsync(project);
        var lesson = Assert.Single(await Store.ListDueLessonsAsync(9, Cancel));
        Assert.Equal((job.Id, project), (lesson.JobId, lesson.ProjectId));
        await ReopenAsync();

        await LandAsync(job);
        await Store.SettleLessonAsync(lesson, Cancel);
        var newer = Assert.Single(await Store.ListDueLessonsAsync(9, Cancel));
        Assert.True(newer.Stamp > lesson.Stamp);
        await Store.SettleLessonAsync(newer, Cancel);

        Assert.Empty(await Store.ListDueLessonsAsync(9, Cancel));
    }

    [Fact]
    public async Task A_lesson_waits_and_is_given_up_after_the_tries_that_count()
    {
        await CompletedAsync((await ProjectAsync()).Id);
        for (var tries = 0; tries < 30; tries++)
        {
            await Store.PostponeLessonAsync(Assert.Single(await Store.ListDueLessonsAsync(9, Cancel)), TimeSpan.FromMinutes(1), "away", counts: false, Cancel);
            Assert.Empty(await Store.ListDueLessonsAsync(9, Cancel));
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var left = Assert.Single(await Store.ListDueLessonsAsync(9, Cancel)).TriesLeft;
        for (; left > 0; left--)
        {
            await Store.PostponeLessonAsync(Assert.Single(await Store.ListDueLessonsAsync(9, Cancel)), TimeSpan.Zero, "broken", counts: true, Cancel);
        }

        Assert.Empty(await Store.ListDueLessonsAsync(9, Cancel));
    }

    [Fact]
    public async Task A_project_that_remembers_nothing_owes_nothing()
    {
        var project = (await ProjectAsync()).Id;
        (await Store.UpdateProjectAsync(project, new ProjectPatch { MemoryEnabled = false }, Cancel)).OrThrow();
        await LandAsync(await CompletedAsync(project));

        Assert.Empty(await Store.ListDueLessonsAsync(9, Cancel));
    }

    /// <summary>Does whatever may be done to memories and patterns, to the store and to two dictionaries, which have to agree after each step.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Memories_and_patterns_are_what_a_model_of_them_is(int seed)
    {
#pragma warning disable CA5394 // Repeatable on purpose.
        var random = new Random(seed);
        var project = (await ProjectAsync(cap: 12)).Id;
        var jobs = new List<Job>();
        while (jobs.Count < 5)
        {
            jobs.Add(await CompletedAsync(project));
        }

        var memories = new Dictionary<Guid, ModelMemory>();
        var patterns = Enumerable.Range(0, 3).ToDictionary(index => $"key {index}", _ => new ModelPattern());
        for (var step = 0; step < 120; step++)
        {
            var job = jobs[random.Next(jobs.Count)];
            var (memory, pattern) = (memories.GetValueOrDefault(job.Id), patterns.ElementAt(random.Next(patterns.Count)));
            switch (random.Next(7))
            {
                case < 3:
                    var held = random.Next(3) > 0;
                    await Store.LearnAsync(LessonOf(job) with { Type = MemoryType.Insight, Content = $"step {step}", Patterns = [new PatternEvidence(PatternType.Other, pattern.Key, $"step {step}", held)] }, Cancel);
                    memories[job.Id] = memory is null ? new ModelMemory($"step {step}") : memory.IsFixed ? memory : memory with { Content = $"step {step}" };
                    pattern.Value.Learn(job.Id, held, $"step {step}");
                    break;
                case 3 when memory is { Content: not null }:
                    (await Store.EditMemoryAsync(await IdOfAsync(job), new MemoryPatch($"edit {step}"), Cancel)).OrThrow();
                    memories[job.Id] = new ModelMemory($"edit {step}", IsFixed: true);
                    break;
                case 4 when memory is { Content: not null } && random.Next(3) == 0:
                    (await Store.DeleteMemoryAsync(await IdOfAsync(job), Cancel)).OrThrow();
                    memories[job.Id] = new ModelMemory(null, IsFixed: true);
                    break;
                case 5 when pattern.Value is { Content: not null, IsForgotten: false }:
                    var id = (await Store.ListPatternsAsync(new PatternFilter(project), 99, Cancel)).Items.Single(one => one.Key == pattern.Key).Id;
                    pattern.Value.IsForgotten = random.Next(4) == 0;
                    pattern.Value.Content = pattern.Value.IsForgotten ? pattern.Value.Content : $"edit {step}";
                    Assert.True((pattern.Value.IsForgotten ? await Store.ForgetPatternAsync(id, Cancel) : await Store.EditPatternAsync(id, $"edit {step}", Cancel)).Done);
                    break;
                default:
                    Clock.Advance(TimeSpan.FromSeconds(1));
                    break;
            }

            Assert.Equal(memories.Where(one => one.Value.Content is not null).Select(one => (one.Key, one.Value.Content)).Order(),
                (await Store.ListMemoriesAsync(new MemoryFilter(project), 99, Cancel)).Items.Select(one => (one.JobId!.Value, (string?)one.Content)).Order());
            Assert.Equal(patterns.Where(one => one.Value is { Content: not null, IsForgotten: false }).Select(one => (one.Key, one.Value.Content, one.Value.Count(true), one.Value.Count(false))).Order(),
                (await Store.ListPatternsAsync(new PatternFilter(project), 99, Cancel)).Items.Select(one => (one.Key!, (string?)one.PatternContent, one.SuccessCount, one.FailureCount)).Order());
        }
#pragma warning restore CA5394

        async Task<Guid> IdOfAsync(Job job) => (await Store.ListMemoriesAsync(new MemoryFilter(project), 99, Cancel)).Items.Single(one => one.JobId == job.Id).Id;
    }

    private sealed record ModelMemory(string? Content, bool IsFixed = false);

    private sealed class ModelPattern
    {
        private readonly Dictionary<Guid, bool> _jobs = [];

        public string? Content { get; set; }

        public bool IsForgotten { get; set; }

        public int Count(bool held) => _jobs.Values.Count(one => one == held);

        public void Learn(Guid job, bool held, string content)
        {
            if (Content is null && !held)
            {
                return;
            }

            Content ??= content;
            _jobs.TryAdd(job, held);
        }
    }

    private static Lesson LessonOf(Job job) => new() { ProjectId = job.ProjectId, TicketId = job.TicketId, JobId = job.Id, Commit = "c0ffee", At = job.CompletedAt!.Value };

    private async Task<MemoryEntry> RememberAsync(Guid project, string content, MemoryType type = MemoryType.Insight, Guid? ticket = null) =>
        (await Store.AddMemoryAsync(new NewMemory { ProjectId = project, TicketId = ticket, Type = type, Content = content, Source = MemorySource.Agent, MadeBy = "sam" }, Cancel)).OrThrow();

    private async Task AssertListsAsync(MemoryFilter filter, int limit, int total, params Guid[] ids)
    {
        var listed = await Store.ListMemoriesAsync(filter, limit, Cancel);
        Assert.Equal(total, listed.Total);
        Assert.Equal(ids, listed.Items.Select(memory => memory.Id));
    }

    private Task GiveAsync(Job job, int attempt, params string[] paths) => Store.KeepGivenAsync(new GivenContext
    {
        ProjectId = job.ProjectId,
        JobId = job.Id,
        Attempt = attempt,
        Tokens = 10,
        At = Clock.GetUtcNow(),
        Sources = [.. paths.Select((path, index) => new GivenSource(path, (10 * index) + 1, (10 * index) + 9, ContextPart.Definition))],
    }, Cancel);
}
