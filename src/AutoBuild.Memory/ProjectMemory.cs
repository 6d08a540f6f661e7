using AutoBuild.Core;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;
using AutoBuild.Memory.Context;
using AutoBuild.Memory.Memories;
using AutoBuild.Memory.Patterns;
using AutoBuild.Memory.Search;

namespace AutoBuild.Memory;

/// <summary>Is the memory in this process: it learns from facts into the store, and puts together what a task should start with.</summary>
/// <param name="search">Finds places in the code; null knows of none.</param>
public sealed class ProjectMemory(IStore store, TimeProvider time, Func<SearchRequest, CancellationToken, Task<Result<SearchAnswer>>>? search = null) : IMemory
{
    private const int MostFound = 40;
    private const int MostMemories = 500;
    private const int MostLike = 5;
    private const int MostPatterns = 12;
    private const int LongestQuery = 100_000;

    public async Task<Result<TaskContext>> ContextAsync(ContextRequest request, CancellationToken cancel)
    {
        if (await store.GetProjectAsync(request.Project, cancel) is null)
        {
            return new Refusal(RefusalKind.NotFound, "project_not_found", $"There is no project {request.Project}.");
        }

        var (found, lacks) = await FindAsync(request, cancel);
        var like = await RecallAsync(request, cancel);
        var patterns = request.IncludePatterns ? await ApplyingAsync(request, found, cancel) : [];
        var packed = ContextPacker.Pack(new ContextInput { Found = found, Memories = like, Patterns = patterns }, request.MaxTokens);
        await KeepAsync(request, packed, cancel);
        return packed with { Lacks = lacks };
    }

    public async Task<Result<bool>> LearnAsync(RunFacts facts, CancellationToken cancel)
    {
        var known = facts.End == RunEnd.Landed ? await PatternsAsync(facts.Project, cancel) : [];
        await store.LearnAsync(new Lesson
        {
            ProjectId = facts.Project,
            TicketId = facts.Ticket,
            JobId = facts.Job,
            Type = RunMemory.TypeOf(facts.End),
            Content = RunMemory.Text(facts),
            Commit = facts.Commit,
            At = facts.At,
            Patterns = PatternLearner.Learn(facts, known),
            Given = facts.Given,
            Read = facts.Read,
            Changed = facts.Changed,
        }, cancel);
        return true;
    }

    /// <summary>Returns what is remembered of work like the text speaks of, the likest first.</summary>
    /// <param name="limit">At most 500.</param>
    public async Task<IReadOnlyList<MemoryEntry>> RecallAsync(Guid project, string text, int limit, CancellationToken cancel) =>
        Recall.Rank((await store.ListMemoriesAsync(new MemoryFilter(project), MostMemories, cancel)).Items, Query(text), limit);

    private static string Query(string text) => text.Length <= LongestQuery ? text : text[..LongestQuery];

    private async Task<(IReadOnlyList<SearchResult> Found, string? Lacks)> FindAsync(ContextRequest request, CancellationToken cancel)
    {
        if (search is null)
        {
            return ([], null);
        }

        var asked = new SearchRequest(request.Project, Query(request.Task)) { MaxResults = MostFound, Ref = request.Commit };
        var answer = await search(asked, cancel);
        if (!answer.Done && asked.Ref is not null)
        {
            // What the work starts from may be too new to be indexed; where the code stands is much the same on the default branch.
            answer = await search(asked with { Ref = null }, cancel);
        }

        // Where nobody ever asked for an index nothing is amiss.
        return answer.Done ? (answer.Value.Results, null)
            : ([], answer.Refusal.Code == "index_missing" ? null : $"The context from memory holds no code. {answer.Refusal.Sentence}");
    }

    // What the job itself has left is told by its session.
    private async Task<IReadOnlyList<MemoryEntry>> RecallAsync(ContextRequest request, CancellationToken cancel) =>
        [.. (await RecallAsync(request.Project, request.Task, MostLike + 1, cancel)).Where(memory => memory.JobId is null || memory.JobId != request.Job).Take(MostLike)];

    private async Task<IReadOnlyList<LearnedPattern>> ApplyingAsync(ContextRequest request, IReadOnlyList<SearchResult> found, CancellationToken cancel) =>
        PatternChoice.For(await PatternsAsync(request.Project, cancel), request.Task, found.Select(one => one.FilePath).ToHashSet(), time.GetUtcNow(), MostPatterns);

    private async Task<IReadOnlyList<LearnedPattern>> PatternsAsync(Guid project, CancellationToken cancel) =>
        (await store.ListPatternsAsync(new PatternFilter(project), MostMemories, cancel)).Items;

    private async Task KeepAsync(ContextRequest request, TaskContext packed, CancellationToken cancel)
    {
        if (request.Job is { } job && packed.Context.Length > 0)
        {
            await store.KeepGivenAsync(new GivenContext
            {
                ProjectId = request.Project,
                JobId = job,
                Attempt = request.Attempt,
                Tokens = packed.Tokens,
                At = time.GetUtcNow(),
                Sources = [.. packed.Sources.Select(source => new GivenSource(source.Path, source.StartLine, source.EndLine, source.Part))],
            }, cancel);
        }
    }
}
