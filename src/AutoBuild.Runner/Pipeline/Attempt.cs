using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Is the frame of a run: whatever happens, a report.</summary>
internal sealed class Attempt(RunContext run)
{
    public Task<RunReport> RunAsync() => Task.FromResult(new RunReport
    {
        JobId = run.Spec.JobId,
        Attempt = run.Spec.Attempt,
        Outcome = RunOutcome.AgentError,
        Error = new RunError("runner_failed", "This version can't run an attempt yet.", Retry: false),
        FinishedAt = run.Host.Time.GetUtcNow(),
    });
}
