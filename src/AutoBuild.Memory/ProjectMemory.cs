using AutoBuild.Core;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;
using AutoBuild.Memory.Memories;

namespace AutoBuild.Memory;

/// <summary>Is the memory in this process: it learns from facts into the store, and puts together what a task should start with.</summary>
public sealed class ProjectMemory(IStore store, TimeProvider time) : IMemory
{
    private const int MostMemories = 500;

    public async Task<Result<TaskContext>> ContextAsync(ContextRequest request, CancellationToken cancel)
    {
        var memories = (await store.ListMemoriesAsync(new MemoryFilter(request.Project), MostMemories, cancel)).Items;
        var context = new TaskContext(string.Join("\n", memories.Take(3).Select(memory => memory.Content)), [], [], 0);
        if (request.Job is { } job)
        {
            await store.KeepGivenAsync(new GivenContext { ProjectId = request.Project, JobId = job, Attempt = request.Attempt, Tokens = context.Tokens, At = time.GetUtcNow() }, cancel);
        }

        return context;
    }

    public async Task<Result<bool>> LearnAsync(RunFacts facts, CancellationToken cancel)
    {
        await store.LearnAsync(new Lesson
        {
            ProjectId = facts.Project,
            TicketId = facts.Ticket,
            JobId = facts.Job,
            Type = RunMemory.TypeOf(facts.End),
            Content = RunMemory.Text(facts),
            Commit = facts.Commit,
            At = facts.At,
            Given = facts.Given,
            Read = facts.Read,
            Changed = facts.Changed,
        }, cancel);
        return true;
    }
}
