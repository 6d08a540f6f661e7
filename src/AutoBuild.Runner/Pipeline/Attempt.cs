using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Is the frame of a run: prepare, work or check, tear down, and whatever happens, a report.</summary>
internal sealed class Attempt(RunContext run)
{
    private readonly RunProgress _progress = new();

    public async Task<RunReport> RunAsync()
    {
        var start = run.Host.Time.GetUtcNow();
        var ending = await EndAsync(WorkAsync);
        if (ending.Error is { } error)
        {
            run.Output.Note($"{error.Code}: {error.Message}");
        }
        run.Events.Add(RunPhase.Reporting);
        run.Events.Add(RunEventKind.Result, ending.Error?.Message, SnakeCase.Of(ending.Outcome));
        return Report(ending, start);
    }

    private async Task<RunEnding> WorkAsync()
    {
        var agent = run.Spec is { Kind: RunKind.Agent, Agent: { } asked } ? AgentCatalog.Find(asked) : null;
        if (run.Spec.Kind == RunKind.Agent && agent is null)
        {
            return new RunEnding(RunOutcome.AgentError, AgentCatalog.Unknown(run.Spec.Agent?.Name ?? ""));
        }
        var site = new RunSite(run);
        try
        {
            if (run.Spec.ContextNote is { } note)
            {
                run.Events.Add(RunEventKind.Warning, note);
            }
            await site.PrepareAsync();
            return agent is null ? await CheckAsync(site) : await new AgentRun(run, site, _progress).WorkAsync(agent);
        }
        finally
        {
            await EndAsync(async () =>
            {
                await site.TearDownAsync();
                return new RunEnding(RunOutcome.Changed);
            });
        }
    }

    private async Task<RunEnding> CheckAsync(RunSite site)
    {
        var commit = await new Generation(run, site).RunAsync();
        _progress.Commit = commit;
        _progress.QaRounds = 1;
        _progress.Qa = await new Checks(run, site).RunAsync(commit, 1);
        return new RunEnding(_progress.Qa.Verdict == QaVerdict.Failed ? RunOutcome.QaFailed : RunOutcome.Changed);
    }

    // A stop outranks what it broke: a check that dies of the stop is no failed check.
    private async Task<RunEnding> EndAsync(Func<Task<RunEnding>> work)
    {
        RunEnding ending;
        try
        {
            ending = await work();
        }
        catch (RunFault fault)
        {
            ending = fault.Ending;
        }
#pragma warning disable CA1031 // Whatever happens, the orchestrator gets a report that says so.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            if (run.Stop.Cause is null)
            {
                run.Output.Note(fault.ToString());
            }
            ending = DiskSpace.IsExhausted(fault)
                ? RunEnding.Failed("disk_full", $"No space is left on the disk: {fault.Message}")
                : RunEnding.Failed("runner_failed", $"The runner met something unexpected: {fault.Message}");
        }
        return run.Stop.Cause is { } cause && ending.Outcome != RunOutcome.Changed ? RunEnding.Of(cause, run.Stop.Reason) : ending;
    }

    private RunReport Report(RunEnding ending, DateTimeOffset start) => new()
    {
        JobId = run.Spec.JobId,
        Attempt = run.Spec.Attempt,
        Outcome = ending.Outcome,
        Commit = _progress.Commit,
        Branch = _progress.Commit is null ? null : run.Spec.Tree.Branch,
        ChangedFiles = _progress.ChangedFiles,
        Qa = _progress.Qa,
        QaRounds = _progress.QaRounds,
        Usage = _progress.Usage,
        SessionId = _progress.SessionId,
        Session = _progress.Session,
        Question = ending.Question,
        Error = ending.Error,
        ResetAt = ending.ResetAt,
        Summary = _progress.Summary,
        StartedAt = start,
        FinishedAt = run.Host.Time.GetUtcNow(),
    };
}
