using System.Collections.Concurrent;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Projects;
using AutoBuild.Memory;
using AutoBuild.Orchestrator.Memory;
using AutoBuild.Tests.Orchestrator;

namespace AutoBuild.Tests.Memory;

/// <summary>A memory that is away, slow or broken costs runs their context and loses nothing that it was to learn.</summary>
public sealed class TeacherTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_happened_while_the_memory_was_away_is_learnt_when_it_is_back_and_the_runs_said_so()
    {
        var memory = new TroubledMemory { Trouble = () => Task.FromResult<Refusal?>(new Refusal(RefusalKind.Conflict, "memory_unavailable", "Nobody listens there.")) };
        await using var bench = await Bench.StartAsync(memory: memory.Around);
        var project = await bench.AddProjectAsync();

        var job = await bench.EndAsync(await bench.SubmitAsync(project, "write a.txt one"));
        var failed = await bench.EndAsync(await bench.SubmitAsync(project, "nothing"));

        Assert.Equal((JobState.Completed, JobState.Failed), (job.State, failed.State));
        var spec = MemoryWalkTests.SpecOf(bench, job);
        Assert.Equal(("", "It starts without context from memory. Nobody listens there."), (spec.Context, spec.ContextNote));
        Assert.Equal(2, (await bench.Store.ListDueLessonsAsync(9, Cancel)).Count);
        memory.Trouble = null;
        Assert.True(await bench.Get<Teacher>().TeachDueAsync(Cancel));
        Assert.Empty(await bench.Store.ListDueLessonsAsync(9, Cancel));
        Assert.Equal(failed.Id, Assert.Single((await bench.Store.ListMemoriesAsync(new MemoryFilter(project.Id), 9, Cancel)).Items).JobId);
    }

    [Fact]
    public async Task A_memory_that_never_answers_holds_a_start_up_no_longer_than_it_may()
    {
        var memory = new TroubledMemory { Trouble = () => new TaskCompletionSource<Refusal?>().Task };
        await using var bench = await Bench.StartAsync(options => options with { ContextPatience = TimeSpan.FromMilliseconds(50) }, memory.Around);

        var job = await bench.EndAsync(await bench.SubmitAsync(await bench.AddProjectAsync(), "write a.txt one"));

        Assert.Equal(JobState.Completed, job.State);
        Assert.Contains("no answer within 0.1 s", MemoryWalkTests.SpecOf(bench, job).ContextNote, StringComparison.Ordinal);
        memory.Trouble = null;
    }

    [Fact]
    public async Task A_lesson_that_breaks_the_memory_keeps_no_other_from_being_told()
    {
        var memory = new TroubledMemory();
        await using var bench = await Bench.StartAsync(memory: memory.Around);
        var project = await bench.AddProjectAsync();
        memory.Poison = "poison";

        var poison = await bench.EndAsync(await bench.SubmitAsync(project, "poison die"));
        var other = await bench.EndAsync(await bench.SubmitAsync(project, "nothing"));
        await MemoryWalkTests.RememberedAsync(bench, other, MemoryType.ExecutionFailure);

        Assert.DoesNotContain((await bench.Store.ListMemoriesAsync(new MemoryFilter(project.Id), 9, Cancel)).Items, one => one.JobId == poison.Id);
        Assert.Contains(poison.Id, memory.Told);
    }

    /// <summary>As after a crash between telling and settling, and after one before telling.</summary>
    [Fact]
    public async Task Told_again_after_a_restart_it_is_the_same_memory_and_counts_once()
    {
        var memory = new TroubledMemory();
        await using var bench = await Bench.StartAsync(memory: memory.Around);
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        var job = await bench.SubmitAsync(project, "write src/PaymentRetry.cs one");
        await bench.LandingAsync(job, found => found.State == LandingState.Landed);
        await MemoryWalkTests.RememberedAsync(bench, job, MemoryType.ExecutionSuccess);
        var before = await bench.Store.ListPatternsAsync(new PatternFilter(project.Id), 99, Cancel);

        await bench.StopServerAsync();
        await bench.StartServerAsync();
        var facts = (await bench.Get<FactFinder>().FindAsync(job.Id, Cancel))!;
        await new ProjectMemory(bench.Store, TimeProvider.System).LearnAsync(facts, Cancel);
        var after = await bench.Store.ListPatternsAsync(new PatternFilter(project.Id), 99, Cancel);

        Assert.Single((await bench.Store.ListMemoriesAsync(new MemoryFilter(project.Id), 9, Cancel)).Items);
        Assert.NotEmpty(before.Items);
        Assert.Equal(before.Items.Select(pattern => (pattern.PatternContent, pattern.SuccessCount, pattern.FailureCount)), after.Items.Select(pattern => (pattern.PatternContent, pattern.SuccessCount, pattern.FailureCount)));
    }

    [Fact]
    public async Task A_project_without_memory_is_asked_for_nothing_and_tells_nothing()
    {
        var memory = new TroubledMemory();
        await using var bench = await Bench.StartAsync(memory: memory.Around);
        var project = await bench.AddProjectAsync(wanted => wanted with { MemoryEnabled = false });

        var job = await bench.EndAsync(await bench.SubmitAsync(project, "write a.txt one"));

        Assert.True(await bench.Get<Teacher>().TeachDueAsync(Cancel));
        Assert.Equal((0, 0), (memory.Asked, memory.Told.Count));
        Assert.Null(MemoryWalkTests.SpecOf(bench, job).ContextNote);
    }

    [Fact]
    public async Task Rejected_work_is_remembered_as_a_failure_and_teaches_no_habit()
    {
        await using var bench = await Bench.StartAsync(memory: new TroubledMemory().Around);
        var project = await bench.AddProjectAsync();
        var job = await bench.EndAsync(await bench.SubmitAsync(project, "write src/PaymentRetry.cs one"));
        await bench.Store.SetTrainPausedAsync(project.Id, "main", true, Cancel);
        var landing = (await bench.Store.QueueLandingAsync(job.Id, "sam", "main", Cancel)).OrThrow();
        (await bench.Store.ApplyLandingAsync(landing.Id, new LandingInput.Cancelled("Not what was asked for."), Cancel)).OrThrow();

        var memory = await MemoryWalkTests.RememberedAsync(bench, job, MemoryType.ExecutionFailure);

        Assert.Contains("taken off the train: Not what was asked for.", memory.Content, StringComparison.Ordinal);
        Assert.Empty((await bench.Store.ListPatternsAsync(new PatternFilter(project.Id), 9, Cancel)).Items);
    }

    [Fact]
    public async Task How_useful_a_context_was_is_seen_from_what_the_agent_read_and_changed()
    {
        var memory = new TroubledMemory { Search = (_, _) => Task.FromResult<Result<AutoBuild.Memory.Search.SearchAnswer>>(Found("base.txt", "a.txt", "z.txt")) };
        await using var bench = await Bench.StartAsync(memory: memory.Around);
        var project = await bench.AddProjectAsync();

        var job = await bench.EndAsync(await bench.SubmitAsync(project, "reads base.txt reads other.txt write a.txt one"));
        await bench.UntilAsync(async () => await bench.Store.GetUsefulnessAsync(project.Id, Cancel), use => use.Runs == 1);

        Assert.Contains("base.txt:1-1", MemoryWalkTests.SpecOf(bench, job).Context, StringComparison.Ordinal);
        Assert.Equal(new Usefulness(Runs: 1, Given: 3, Read: 1, Changed: 1, Used: 2, ChangedInAll: 1), await bench.Store.GetUsefulnessAsync(project.Id, Cancel));
    }

    [Fact]
    public async Task Facts_tell_what_failed_on_the_way_and_what_mended_it_and_what_people_said()
    {
        await using var bench = await Bench.StartAsync(memory: new TroubledMemory().Around);
        var project = await bench.AddProjectAsync();
        var job = await bench.EndAsync(await bench.SubmitAsync(project, "mends a.txt", wanted => wanted with { Message = "Mind the blanks." }));

        var facts = (await bench.Get<FactFinder>().FindAsync(job.Id, Cancel))!;

        Assert.Equal((RunEnd.Waiting, "mends a.txt", job.HeadCommit), (facts.End, facts.Asked, facts.Commit));
        Assert.Equal(["a.txt", "a.txt.fix"], facts.Added);
        Assert.Equal(["Mind the blanks."], facts.Comments);
        var failed = Assert.Single(facts.Failed);
        Assert.Equal(("test", "make test"), (failed.Name, failed.Command));
        Assert.Equal(["a.txt.fix"], failed.MendedBy);
    }

    [Fact]
    public async Task A_start_that_is_not_indexed_yet_is_looked_for_on_the_default_branch_and_code_that_can_not_be_read_is_told()
    {
        var refs = new ConcurrentQueue<string?>();
        var memory = new TroubledMemory
        {
            Search = (asked, _) =>
            {
                refs.Enqueue(asked.Ref);
                return Task.FromResult<Result<AutoBuild.Memory.Search.SearchAnswer>>(new Refusal(RefusalKind.NotFound, "branch_missing", "The branch is gone."));
            },
        };
        await using var bench = await Bench.StartAsync(memory: memory.Around);

        var job = await bench.EndAsync(await bench.SubmitAsync(await bench.AddProjectAsync(), "write a.txt one"));

        Assert.Equal([job.BaseCommit, null], refs);
        Assert.Equal("The context from memory holds no code. The branch is gone.", MemoryWalkTests.SpecOf(bench, job).ContextNote);
    }

    private static AutoBuild.Memory.Search.SearchAnswer Found(params string[] paths) =>
        new([.. paths.Select(path => Context.ContextPackerTests.Found(path, 1, $"the text of {path}"))], paths.Length, [], new AutoBuild.Memory.Search.Freshness(null, 0, DateTimeOffset.UnixEpoch, 0));

    /// <summary>Is the real memory, which may be in trouble.</summary>
    private sealed class TroubledMemory : IMemory
    {
        private ProjectMemory? _memory;
        private int _asked;

        public Func<Task<Refusal?>>? Trouble { get; set; }

        public Func<AutoBuild.Memory.Search.SearchRequest, CancellationToken, Task<Result<AutoBuild.Memory.Search.SearchAnswer>>>? Search { get; init; }

        public string? Poison { get; set; }

        public ConcurrentBag<Guid> Told { get; } = [];

        public int Asked => _asked;

        public TroubledMemory Around(AutoBuild.Core.Store.IStore store, TimeProvider time)
        {
            _memory = new ProjectMemory(store, time, Search);
            return this;
        }

        public async Task<Result<TaskContext>> ContextAsync(ContextRequest request, CancellationToken cancel)
        {
            Interlocked.Increment(ref _asked);
            return Trouble is { } trouble && await trouble() is { } refusal ? refusal : await _memory!.ContextAsync(request, cancel);
        }

        public async Task<Result<bool>> LearnAsync(RunFacts facts, CancellationToken cancel)
        {
            Told.Add(facts.Job);
            return Poison is { } word && facts.Asked.Contains(word, StringComparison.Ordinal) ? throw new InvalidOperationException(word)
                : Trouble is { } trouble && await trouble().WaitAsync(cancel) is { } refusal ? refusal : await _memory!.LearnAsync(facts, cancel);
        }
    }
}
