using AutoBuild.Core.Runs;
using AutoBuild.Runner.Scripted;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Runs this very binary as an agent that follows a script: a real child process without a model.</summary>
internal sealed class ScriptedAgent : IAgent
{
    public string Name => KnownAgents.Scripted;

    public async Task<AgentTurn> TurnAsync(AgentContext context, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(context.Agent.Script))
        {
            return AgentChild.Failed("script_missing", "The agent 'scripted' needs a script: give the ticket one (--agent-script FILE).");
        }
        var script = Path.Combine(context.Temp, "agent-script.txt");
        await File.WriteAllTextAsync(script, context.Agent.Script, CancellationToken.None);
        var environment = new Dictionary<string, string>(context.Environment) { [ScriptedAgentProgram.ScriptVariable] = script };
        var command = new ChildCommand(context.Self[0], [.. context.Self.Skip(1), ScriptedAgentProgram.CommandName]);
        return await AgentChild.RunAsync(context with { Environment = environment }, command, new PlainReader(), cancel);
    }
}
