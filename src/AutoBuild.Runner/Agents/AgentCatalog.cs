using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Finds an agent by its name.</summary>
internal static class AgentCatalog
{
    private static readonly IAgent[] Agents = 
    [
        new CommandAgent(), new ScriptedAgent(), new CommandLineAgent(new ClaudeCode()), new CommandLineAgent(new Codex()),
        new CommandLineAgent(new OpenCode()), new CommandLineAgent(new Gemini()), new CommandLineAgent(new QwenCode()),
    ];

    /// <summary>Returns the agent, or null where this version has none of that name.</summary>
    public static IAgent? Find(string name) => Array.Find(Agents, agent => agent.Name == name);

    public static RunError Unknown(string name) =>
        new("unknown_agent", $"There is no agent '{name}'. Known: {string.Join(", ", KnownAgents.Names)}.", Retry: false);
}
