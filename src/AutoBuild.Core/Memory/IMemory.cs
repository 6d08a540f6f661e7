namespace AutoBuild.Core.Memory;

/// <summary>Is what the queue knows of the memory, which is in this process or behind HTTP: it is asked for context before a run and told the facts after it.</summary>
/// <remarks>A memory that is away costs a run its context and nothing else.</remarks>
public interface IMemory
{
    /// <summary>Returns what a task should start with, never over the budget; refused where the memory is away or knows nothing of the project.</summary>
    Task<Result<TaskContext>> ContextAsync(ContextRequest request, CancellationToken cancel);

    /// <summary>Takes in what happened; the same facts twice are one memory.</summary>
    Task<Result<bool>> LearnAsync(RunFacts facts, CancellationToken cancel);
}
