using AutoBuild.Core;
using AutoBuild.Core.Memory;

namespace AutoBuild.Orchestrator.Memory;

/// <summary>Stands where no memory is: runs go without context, and what they taught stays owed.</summary>
internal sealed class NoMemory : IMemory
{
    /// <summary>Its refusal, which is no fault of anything and is told to nobody.</summary>
    public const string Code = "memory_off";

    private static readonly Refusal Off = new(RefusalKind.Conflict, Code, "This server runs without a memory.");

    public Task<Result<TaskContext>> ContextAsync(ContextRequest request, CancellationToken cancel) => Task.FromResult<Result<TaskContext>>(Off);

    public Task<Result<bool>> LearnAsync(RunFacts facts, CancellationToken cancel) => Task.FromResult<Result<bool>>(Off);
}
