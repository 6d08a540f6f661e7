using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Runs any command line as an agent: prompt on standard input, the working tree as its directory, exit code 0 for done.</summary>
internal sealed class CommandAgent : IAgent
{
    public string Name => KnownAgents.Command;

    public Task<AgentTurn> TurnAsync(AgentContext context, CancellationToken cancel) =>
        string.IsNullOrWhiteSpace(context.Agent.Command)
            ? Task.FromResult(AgentChild.Failed("command_missing", "The agent 'command' needs a command line: give the ticket one (--agent-command)."))
            : AgentChild.RunAsync(context, new ChildCommand("/bin/sh", ["-c", context.Agent.Command]), new PlainReader(), cancel);
}
