using System.CommandLine;
using AutoBuild.Api;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;

namespace AutoBuild.Commands;

/// <summary>Holds what can be said of a ticket beside its text, when it is made and later.</summary>
internal sealed class TicketFields
{
    private readonly Option<string?> _agent = new("--agent") { Description = "The agent that works: one that 'autobuild agent list' shows, command, or scripted.", HelpName = "NAME", CompletionSources = { ServerWords.Of("agent") } };

    private readonly Option<string?> _agentCommand = new("--agent-command")
    {
        Description = "The command line of agent 'command': it gets the task on stdin and works in the worktree.",
        HelpName = "CMD",
    };

    private readonly Option<string?> _agentScript = new("--agent-script") { Description = "The script that agent 'scripted' follows.", HelpName = "FILE" };
    private readonly Option<string?> _model = new("--model") { Description = "The model the agent uses.", HelpName = "NAME" };
    private readonly Option<string?> _base = new("--base") { Description = "The branch to start from and land on (default: the project's).", HelpName = "BRANCH" };

    private readonly Option<string?> _priority = new Option<string?>("--priority") { Description = "How urgent it is (default: normal).", HelpName = "low|normal|high|critical" }
        .AcceptOnlyFromAmong(Words.Of<Priority>());

    private readonly Option<string[]> _labels = new("--label") { Description = "A label; may be given several times.", HelpName = "NAME" };
    private readonly Option<string[]> _touches = new("--touches") { Description = "A pattern of files that the work is expected to change; may be given several times.", HelpName = "GLOB" };

    private readonly Option<string?> _land = new Option<string?>("--land") { Description = "Whether a person lands it, or passed checks do (default: the project's policy).", HelpName = "manual|auto" }
        .AcceptOnlyFromAmong("manual", "auto");

    private readonly Option<decimal?> _maxCost = new("--max-cost") { Description = "The most the ticket may cost, in US dollars, over all its jobs; its agent is then stopped, and its work is kept.", HelpName = "USD" };

    public Symbol[] All => [_agent, _agentCommand, _agentScript, _model, _base, _priority, _labels, _touches, _land, _maxCost];

    /// <summary>Makes a body of what was typed.</summary>
    public async Task<TicketBody> ReadAsync(Call call) => new()
    {
        Agent = Agent(call),
        AgentCommand = call.Get(_agentCommand),
        AgentScript = call.Get(_agentScript) is { } file ? await ReadFileAsync(file, call.Cancel) : null,
        Model = call.Get(_model),
        BaseBranch = call.Get(_base),
        Priority = call.Get(_priority) is { } name ? PriorityConverter.Parse(name) : null,
        Labels = Many(call, _labels),
        Touches = Many(call, _touches),
        Landing = call.Get(_land),
        MaxCostUsd = call.Get(_maxCost),
    };

    /// <summary>Returns what was typed; an empty word alone says that there are none.</summary>
    private static string[]? Many(Call call, Option<string[]> option) => call.Has(option) ? [.. (call.Get(option) ?? []).Where(word => word.Length > 0)] : null;

    /// <summary>Names the agent; a command or a script says which one is meant.</summary>
    private string? Agent(Call call)
    {
        var named = call.Get(_agent);
        var meant = call.Get(_agentCommand) is not null ? "command" : call.Get(_agentScript) is not null ? "scripted" : null;
        return named is null || meant is null || named == meant
            ? named ?? meant
            : throw new AutoBuildException("wrong_use", $"--agent {named} does not go with --agent-{(meant == "command" ? "command" : "script")}, which is for agent '{meant}'.");
    }

    private static async Task<string> ReadFileAsync(string file, CancellationToken cancel) => File.Exists(file)
        ? await File.ReadAllTextAsync(file, Terminal.Utf8, cancel)
        : throw new AutoBuildException("wrong_use", $"--agent-script: there is no file '{file}'.");
}
