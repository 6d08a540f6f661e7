using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Finds an agent by its name.</summary>
internal static class AgentCatalog
{
    /// <summary>Coding agents that are started by their own command lines.</summary>
    public static IReadOnlyList<CommandLine> CommandLines { get; } = [new ClaudeCode(), new Codex(), new OpenCode(), new Gemini(), new QwenCode()];

    private static readonly IAgent[] Agents = [new CommandAgent(), new ScriptedAgent(), .. CommandLines.Select(line => new CommandLineAgent(line))];

    /// <summary>Returns the agent, or null where this version has none of that name and the spec declares none.</summary>
    public static IAgent? Find(RunAgent asked) => asked.Declaration is { } declared
        ? new CommandLineAgent(new DeclaredCommandLine(declared))
        : Array.Find(Agents, agent => agent.Name == asked.Name);

    public static RunError Unknown(string name) =>
        new("unknown_agent", $"There is no agent '{name}'. Known: {string.Join(", ", KnownAgents.Names)}.", Retry: false);
}
