using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;

namespace AutoBuild.Tests.Memory;

/// <summary>Is what every memory does for the queue, in this process or behind HTTP.</summary>
public abstract class MemoryConformance
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract IMemory Memory { get; }

    /// <summary>The store that the memory learns into.</summary>
    protected abstract IStore Store { get; }

    /// <summary>A project that it knows.</summary>
    protected abstract Guid Project { get; }

    [Fact]
    public async Task What_was_learnt_is_in_the_next_context()
    {
        var facts = Facts() with { Asked = "Paint the shed green" };
        Assert.True((await Memory.LearnAsync(facts, Cancel)).OrThrow());
        var context = (await Memory.ContextAsync(new ContextRequest(Project, "Paint the shed green") { MaxTokens = 1000 }, Cancel)).OrThrow();

        Assert.Contains("Paint the shed green", context.Context, StringComparison.Ordinal);
        Assert.InRange(context.Tokens, 0, 1000);
    }

    [Fact]
    public async Task The_same_facts_twice_are_one_memory()
    {
        var facts = Facts();
        (await Memory.LearnAsync(facts, Cancel)).OrThrow();
        (await Memory.LearnAsync(facts with { Asked = "Said otherwise" }, Cancel)).OrThrow();

        var memory = Assert.Single((await Store.ListMemoriesAsync(new MemoryFilter(Project), 500, Cancel)).Items, found => found.JobId == facts.Job);
        Assert.Equal(MemoryType.ExecutionSuccess, memory.MemoryType);
        Assert.Contains("Said otherwise", memory.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_facts_arrive()
    {
        var facts = Facts() with
        {
            End = RunEnd.Failed, Why = "the tests failed", Changed = ["src/a.js"], Commit = "4f1c2d3e5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d", Agent = "claude",
            Failed = [new FailedCheck("unit", "npm test", "1 failed", ["src/b.js"])], Comments = ["Rather blue."],
        };
        (await Memory.LearnAsync(facts, Cancel)).OrThrow();

        var memory = Assert.Single((await Store.ListMemoriesAsync(new MemoryFilter(Project, MemoryType.ExecutionFailure), 500, Cancel)).Items, found => found.JobId == facts.Job);
        Assert.All(["the tests failed", "src/a.js", "claude", "npm test", "src/b.js", "Rather blue."], word => Assert.Contains(word, memory.Content, StringComparison.Ordinal));
        Assert.Equal(facts.Commit, memory.Commit);
    }

    private RunFacts Facts() => new()
    {
        Project = Project, Ticket = Guid.CreateVersion7(), Job = Guid.CreateVersion7(), Asked = "Do it", End = RunEnd.Landed, At = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero),
    };
}
