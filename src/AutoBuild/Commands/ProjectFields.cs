using System.CommandLine;
using AutoBuild.Api;
using AutoBuild.Core.Projects;

namespace AutoBuild.Commands;

/// <summary>Holds what can be said of a project, when it is added and later.</summary>
internal sealed class ProjectFields
{
    private readonly Option<string?> _name = new("--name") { Description = "Its name (default: that of the repository).", HelpName = "NAME" };
    private readonly Option<string?> _description = new("--description") { Description = "What it is; '-' reads it from stdin.", HelpName = "TEXT" };
    private readonly Option<string?> _branch = new("--branch") { Description = "The branch that work lands on (default: the repository's).", HelpName = "BRANCH" };
    private readonly Option<int?> _agents = new("--max-agents") { Description = "Most agents at once, 1 to 64 (default: 3).", HelpName = "N" };

    private readonly Option<string?> _land = new Option<string?>("--land") { Description = "What moves passed work onto the branch (default: manual).", HelpName = "manual|auto|pull_request" }
        .AcceptOnlyFromAmong(Words.Of<LandingPolicy>());

    private readonly Option<string?> _agent = new("--agent") { Description = "The agent of tickets that name none.", HelpName = "NAME" };

    private readonly Option<string?> _executor = new Option<string?>("--executor") { Description = "Where its jobs run (default: local).", HelpName = "local|github_actions" }
        .AcceptOnlyFromAmong(Words.Of<Executor>());

    private readonly Option<decimal?> _dayCost = new("--max-cost-per-day") { Description = "The most its agents may cost in a day of UTC, in US dollars; 0 bounds nothing.", HelpName = "USD" };

    private readonly Option<string?> _worktrees = Switch("--worktrees", "Whether each job has a working tree of its own; else they run one after the other in one.");
    private readonly Option<string?> _qa = Switch("--qa", "Whether checks are run.");
    private readonly Option<string?> _memory = Switch("--memory", "Whether agents are told what earlier runs learnt.");

    public Symbol[] All => [_name, _description, _branch, _agents, _land, _agent, _dayCost, _executor, _worktrees, _qa, _memory];

    /// <summary>Adds what was typed to a body.</summary>
    public async Task<ProjectBody> ReadAsync(Call call, ProjectBody body) => body with
    {
        Name = call.Get(_name) ?? body.Name,
        Description = await call.TextAsync(call.Get(_description)),
        DefaultBranch = call.Get(_branch),
        MaxParallelAgents = call.Get(_agents),
        Landing = call.Get(_land),
        Agent = call.Get(_agent),
        MaxCostUsdPerDay = call.Get(_dayCost),
        Executor = call.Get(_executor),
        WorktreeEnabled = IsOn(call.Get(_worktrees)),
        QaEnabled = IsOn(call.Get(_qa)),
        MemoryEnabled = IsOn(call.Get(_memory)),
    };

    private static Option<string?> Switch(string name, string description) =>
        new Option<string?>(name) { Description = description, HelpName = "on|off" }.AcceptOnlyFromAmong("on", "off");

    private static bool? IsOn(string? word) => word is null ? null : word == "on";
}
