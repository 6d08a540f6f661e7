namespace AutoBuild.EndToEnd.RealAgents;

/// <summary>Is a thing that has to hold with the real command lines.</summary>
/// <param name="Name">As the table in <c>docs/agents.md</c> says it.</param>
/// <param name="Try">Tries it with one of them.</param>
internal sealed record AgentCase(string Name, Func<AgentTrial, Task> Try)
{
    /// <summary>Configuration of a server of its own; null shares the server of the quick ones.</summary>
    public string? Configuration { get; init; }

    /// <summary>Those that every <c>./test</c> tries it with.</summary>
    public IReadOnlyList<AgentProgram> Quick { get; init; } = [];

    /// <summary>Those that can't do it, and why.</summary>
    public IReadOnlyDictionary<AgentProgram, string> Not { get; init; } = new Dictionary<AgentProgram, string>();
}
