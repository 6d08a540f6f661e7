using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Decides in which session the agent works: the one of before as long as it serves, else a new one that is told what was.</summary>
internal sealed class AgentSession(RunContext run, RunSite site, RunProgress progress)
{
    private readonly RunAgent _agent = run.Spec.Agent!;
    private bool _begunAnew;

    /// <summary>The session to go on with; null begins one.</summary>
    public string? Id { get; private set; } = run.Spec.Agent!.SessionId;

    /// <summary>Whether the next turn's prompt tells what sessions before it left.</summary>
    public bool WithSummary { get; private set; }

    public async Task<string> FirstPromptAsync()
    {
        if (_agent.SessionLeft is { } why)
        {
            run.Events.Add(RunEventKind.Warning, why);
        }
        if (Id is not null)
        {
            return _agent.Message is null ? Prompts.GoOn(run.Spec) : Prompts.First(run.Spec);
        }
        WithSummary = _agent.Earlier.Count > 0;
        return WithSummary ? Prompts.First(run.Spec) + await SummaryAsync(_agent.Earlier) : Prompts.First(run.Spec);
    }

    public void Heed(AgentTurn turn)
    {
        progress.Session = WithSummary || progress.Session == RunSession.FreshWithSummary ? RunSession.FreshWithSummary
            : _agent.SessionId is { } asked && asked == turn.SessionId ? RunSession.Resumed
            : RunSession.Fresh;
        Id = turn.SessionId;
        WithSummary = false;
    }

    /// <summary>Returns the prompt for a new session where this one can't be gone on with; null where it can, or where a new one would not help.</summary>
    /// <param name="asked">The session that the turn was to go on with.</param>
    /// <param name="prompt">What it was told; null at the start of a run.</param>
    public async Task<string?> AnewAsync(AgentTurn turn, string? asked, string? prompt)
    {
        var gone = turn.Error?.Code == AgentDecision.SessionGone;
        // A first prompt that is too long by itself stays so.
        var full = turn.Error?.Code == AgentDecision.ContextTooLong && (asked is not null || turn.Usage.Turns > 1);
        if (_begunAnew || !(gone || full))
        {
            return null;
        }
        run.Events.Add(RunEventKind.Warning, gone
            ? $"The agent no longer has session {asked}; it begins a new one and is told what was."
            : "The session has grown too long for the model; the agent begins a new one and is told what was.");
        (_begunAnew, WithSummary, Id, progress.SessionId) = (true, true, null, null);
        IEnumerable<EarlierRun> here = progress.Summary is null && run.Control.Said.Count == 0 ? []
            : [new EarlierRun { Ended = turn.Error!.Message, Summary = progress.Summary, Messages = run.Control.Said }];
        return (prompt ?? Prompts.First(run.Spec)) + await SummaryAsync(here.Concat(_agent.Earlier));
    }

    private async Task<string> SummaryAsync(IEnumerable<EarlierRun> runs)
    {
        var tree = run.Spec.Tree;
        var head = progress.Commit ?? tree.StartCommit;
        var from = await site.Clone.MergeBaseAsync(tree.BaseCommit, head, run.Cancel) ?? tree.BaseCommit;
        IReadOnlyCollection<ChangedFile> changes = head == from ? [] : await site.Clone.ChangedFilesAsync(from, head, run.Cancel);
        return Summary.Text(runs, changes);
    }
}
