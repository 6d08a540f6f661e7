using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Lets an agent work in a prepared tree until its checks pass, it gives up, or the rounds are used up.</summary>
internal sealed class AgentRun(RunContext run, RunSite site, RunProgress progress)
{
    private readonly RunSpec _spec = run.Spec;
    private IReadOnlyList<McpServer> _servers = site.Recipe?.Agent?.Servers ?? [];
    private ProjectSettings _settings = new();
    private readonly RunAgent _agent = AgentChoice.Of(run.Spec.Agent!, site.Recipe?.Agent);
    private readonly Checks _checks = new(run, site);
    private readonly HashSet<string> _leftOut = [];
    private readonly AgentSession _session = new(run, site, progress);
    private string? _prompt;
    private string _trigger = run.Spec.Agent?.Message is null ? "ticket" : "message";
    private int _fixes;
    private string? _imported;

    public async Task<RunEnding> WorkAsync(IAgent agent)
    {
        AgentChoice.Require(agent, _agent, _servers, run.Secrets);
        await SettleAsync(agent);
        var watch = Watch.Over(run, site);
        try
        {
            return await RoundsAsync(agent);
        }
        finally
        {
            watch.Tell();
        }
    }

    /// <summary>Takes from the base commit what the repository says to this agent; the recipe goes before it.</summary>
    private async Task SettleAsync(IAgent agent)
    {
        _settings = await agent.SettingsAsync(site.BaseTextAsync, run.Secrets.ForAgent.Keys.ToHashSet());
        _servers = [.. _servers, .. _settings.Servers.ExceptBy(_servers.Select(server => server.Name), server => server.Name)];
        foreach (var note in _settings.Notes)
        {
            run.Events.Add(RunEventKind.Warning, note);
        }
    }

    private async Task<RunEnding> RoundsAsync(IAgent agent)
    {
        var briefing = new RunBriefing(run, site, agent);
        for (var round = 1; ; round++)
        {
            if (run.Allowance.Verdict is { } verdict)
            {
                return new RunEnding(RunOutcome.AgentError, verdict);
            }
            var asked = _session.Id;
            var turn = await TurnAsync(agent, await briefing.WriteAsync(), round);
            var committed = await CommitAsync();
            if (await _session.AnewAsync(turn, asked, round == 1 ? null : _prompt) is { } anew)
            {
                _prompt = anew;
                continue;
            }
            if (TakeMessages(turn))
            {
                continue;
            }
            if (RunEnding.Of(turn, _spec.Limits) is { } ending)
            {
                return ending;
            }
            if (progress.ChangedFiles.Count == 0)
            {
                progress.Qa = null;
                return turn.Denials.Count > 0 ? RunEnding.Of(AgentDecision.Decide(Refused(turn.Denials)), _spec.Limits)! : new RunEnding(RunOutcome.NoChanges);
            }
            if (await CheckAsync(committed) is { } judged && !TakeMessages(turn))
            {
                return judged;
            }
        }
    }

    private async Task<AgentTurn> TurnAsync(IAgent agent, Briefing briefing, int round)
    {
        run.Events.Add(RunPhase.Agent, round);
        _prompt ??= await _session.FirstPromptAsync();
        var turn = await agent.TurnAsync(new AgentContext
        {
            Agent = _agent,
            Servers = _servers,
            Forbidden = _settings.Forbidden,
            Briefing = briefing,
            Logins = run.Secrets.Logins,
            Prompt = _prompt,
            Tree = _spec.Tree.Path,
            Temp = _spec.Tree.Temp,
            Environment = site.Environment.ForAgent(round, _trigger, briefing),
            Walls = site.Walls,
            Self = run.Host.Self,
            Confinement = run.Host.Confinement,
            Marker = run.Marker,
            IdleLimit = TimeSpan.FromSeconds(_spec.Limits.IdleSeconds),
            Grace = TimeSpan.FromSeconds(_spec.Limits.GraceSeconds),
            Loop = new LoopLimits(_spec.Limits.Repetitions, TimeSpan.FromSeconds(_spec.Limits.NoProgressSeconds)),
            SessionId = _session.Id,
            WithSummary = _session.WithSummary,
            Allowance = run.Allowance,
            Time = run.Host.Time,
            Output = run.Output,
            Control = run.Control,
        }, run.Cancel);
        progress.Add(turn);
        _session.Heed(turn);
        run.Cancel.ThrowIfCancellationRequested();
        return turn;
    }

    private static AgentFault Refused(IReadOnlyList<string> what) =>
        new(AgentFailure.PermissionDenied, "", Sentence: $"The agent was refused what it needed, and changed nothing: {string.Join("; ", what)}.");

    /// <summary>Commits all of the agent's work and takes it into the bare clone; false where there was nothing new.</summary>
    private async Task<bool> CommitAsync()
    {
        run.Events.Add(RunPhase.Committing);
        try
        {
            var nested = new List<string>();
            await JobTree.CommitAllAsync(site.Plan, Message(), leftOut: nested, cancellation: run.Cancel);
            foreach (var path in nested.Where(_leftOut.Add))
            {
                run.Events.Add(RunEventKind.Warning, $"'{path}' is a git repository of its own, so it is not part of the work. Without its .git folder it would be.");
            }
            var head = await JobTree.HeadAsync(site.Plan, run.Cancel);
            if (head == (_imported ?? _spec.Tree.StartCommit))
            {
                // A branch that an earlier run made has its changes without any of this run.
                await MeasureAsync(head == _spec.Tree.BaseCommit ? null : head);
                return false;
            }
            _imported = await site.Clone.ImportAsync(site.Plan.GitDir, site.Plan.Branch, run.Cancel);
            await MeasureAsync(_imported);
            run.Events.Add(RunEventKind.Committed, progress.ChangedFiles.Count == 1 ? "1 file changed" : $"{progress.ChangedFiles.Count} files changed", _imported);
            return true;
        }
        catch (WorkspaceException fault)
        {
            throw RunFault.Of(fault, "commit_failed", "The work could not be committed, it is still in the tree:");
        }
    }

    private async Task MeasureAsync(string? head)
    {
        if (head is null || head == progress.Commit)
        {
            return;
        }
        progress.Commit = head;
        var from = await site.Clone.MergeBaseAsync(_spec.Tree.BaseCommit, head, run.Cancel) ?? _spec.Tree.BaseCommit;
        progress.ChangedFiles = [.. (await site.Clone.ChangedFilesAsync(from, head, run.Cancel)).Select(file => file.Path)];
    }

    private bool TakeMessages(AgentTurn turn)
    {
        // One that nothing is left for stays unheeded, for a job that continues this one.
        if (run.Allowance.Verdict is not null || turn.End is not (AgentEnd.Finished or AgentEnd.Question) || run.Control.TakeMessages() is not { Count: > 0 } said)
        {
            return false;
        }
        foreach (var message in said)
        {
            // One each: by their number the server knows which were heeded.
            run.Events.Add(RunEventKind.Message, message, "user");
        }
        (_prompt, _trigger) = (Prompts.Message(_spec, string.Join("\n\n", said)), "message");
        return true;
    }

    /// <summary>Checks the work; null sends the failures back to the agent.</summary>
    private async Task<RunEnding?> CheckAsync(bool committed)
    {
        if (Protected.Changed(site.Recipe?.Protected ?? [], progress.ChangedFiles) is { Count: > 0 } touched)
        {
            var sentence = $"Protected files were changed: {string.Join(", ", touched.Take(10))}. The project's recipe reserves them for people.";
            run.Events.Add(RunEventKind.Warning, sentence);
            return Again(committed, Prompts.Protected(_spec, touched), new RunError("protected_paths", sentence, Retry: false));
        }
        progress.QaRounds++;
        progress.Qa = await _checks.RunAsync(progress.Commit!, progress.QaRounds);
        return progress.Qa.Verdict == QaVerdict.Failed
            ? Again(committed, Prompts.Fix(_spec, progress.Qa), null)
            : new RunEnding(RunOutcome.Changed);
    }

    private RunEnding? Again(bool committed, string prompt, RunError? error)
    {
        if (_fixes >= _spec.Qa.FixRounds)
        {
            return new RunEnding(RunOutcome.QaFailed, error);
        }
        if (_trigger == "fix" && !committed)
        {
            run.Events.Add(RunEventKind.Warning, "The agent changed nothing in this fix round, so no other one follows.");
            return new RunEnding(RunOutcome.QaFailed, error);
        }
        _fixes++;
        (_prompt, _trigger) = (prompt, "fix");
        return null;
    }

    private string Message()
    {
        var title = _spec.Ticket?.Title ?? "Work";
        var trailers = _spec.Ticket is { } ticket ? $"AutoBuild-Ticket: {ticket.Id}\n" : "";
        return $"{title}\n\n{trailers}AutoBuild-Job: {_spec.JobId}\nAutoBuild-Agent: {_spec.Agent?.Name}\n";
    }
}
