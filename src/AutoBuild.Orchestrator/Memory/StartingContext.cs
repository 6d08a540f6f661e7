using AutoBuild.Core.Jobs;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Projects;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Memory;

/// <summary>Asks the memory what an attempt should start with. Whatever is wrong with it, the run goes on, and says what it had to do without.</summary>
public sealed class StartingContext(IMemory memory, OrchestratorOptions options, TimeProvider time, ILogger<StartingContext> log)
{
    /// <summary>Returns the context, and why there is none where somebody should know.</summary>
    /// <param name="start">The commit that the work starts from.</param>
    public async Task<(TaskContext? Context, string? Note)> AskAsync(Job job, Project project, string start, CancellationToken cancel)
    {
        if (!project.MemoryEnabled)
        {
            return (null, null);
        }

        using var patience = new CancellationTokenSource(options.ContextPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            var asked = new ContextRequest(project.Id, TaskOf(job)) { MaxTokens = options.ContextTokens, Commit = start, Job = job.Id, Attempt = job.Attempt };
            var answer = await memory.ContextAsync(asked, either.Token).WaitAsync(either.Token);
            return answer.Done ? (answer.Value, answer.Value.Lacks) : answer.Refusal.Code == NoMemory.Code ? (null, null) : Without(job, answer.Refusal.Sentence);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Without(job, $"The memory gave no answer within {options.ContextPatience.TotalSeconds:0.#} s.");
        }
#pragma warning disable CA1031 // A memory that is broken costs the run its context and nothing else.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return Without(job, fault.Message);
        }
    }

    private static string TaskOf(Job job) => job.Message is { Length: > 0 } message ? $"{job.Prompt}\n\n{message}" : job.Prompt;

    private (TaskContext?, string) Without(Job job, string why)
    {
        log.WithoutContext(job.Id, job.Attempt, why);
        return (null, $"It starts without context from memory. {why}");
    }
}
