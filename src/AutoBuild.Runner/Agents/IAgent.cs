using AutoBuild.Core.Runs;
using AutoBuild.Runner.Journal;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Drives one kind of coding agent.</summary>
internal interface IAgent
{
    /// <summary>The name by which a ticket asks for it; one of <see cref="KnownAgents"/>.</summary>
    string Name { get; }

    /// <summary>The files of instructions that a repository may have for it, the first one first.</summary>
    IReadOnlyList<string> Instructions => [];

    /// <summary>Reads what else a repository says to it.</summary>
    /// <param name="read">Gives a file's text as the base commit has it; null where there is none.</param>
    /// <param name="secrets">Names of the secrets that the agent is given.</param>
    Task<ProjectSettings> SettingsAsync(Func<string, Task<string?>> read, IReadOnlySet<string> secrets) => Task.FromResult(new ProjectSettings());

    /// <summary>Says what the agent can't be held to; null where it can be held to all.</summary>
    string? CannotHold(AgentReach reach) => reach.IsFull ? null : "only its walls keep it from anything";

    /// <summary>Says why the agent can't have a server's tools; null where it can.</summary>
    string? CannotUse(McpServer server) => "it is started as it is told, and takes no servers";

    /// <summary>Lets the agent work once in the tree, from prompt to its end.</summary>
    /// <remarks>
    /// Called once per turn, never twice at a time for a tree; the tree may hold what earlier turns left. Nothing of the agent is alive
    /// when it returns, also after cancellation, which is an ordinary <see cref="AgentEnd.Stopped"/> and no exception.
    /// </remarks>
    Task<AgentTurn> TurnAsync(AgentContext context, CancellationToken cancel);
}

/// <summary>Is all that an agent is told for one turn.</summary>
internal sealed record AgentContext
{
    public required RunAgent Agent { get; init; }

    /// <summary>The MCP servers whose tools it has.</summary>
    public IReadOnlyList<McpServer> Servers { get; init; } = [];

    /// <summary>What the repository forbids it, in its own words.</summary>
    public IReadOnlyList<string> Forbidden { get; init; } = [];

    /// <summary>What it may do with its own tools.</summary>
    public AgentReach Reach => AgentReach.Of(Agent.Terms);

    /// <summary>Goes to the agent's standard input byte for byte.</summary>
    public required string Prompt { get; init; }

    /// <summary>The working tree, which is the agent's working directory.</summary>
    public required string Tree { get; init; }

    /// <summary>A folder for files of this attempt that are no part of the work.</summary>
    public required string Temp { get; init; }

    /// <summary>What it should know of the run, in a file outside the work tree.</summary>
    public required Briefing Briefing { get; init; }

    /// <summary>The user's logins, to be put back where a start clears its HOME.</summary>
    public LoginFiles Logins { get; init; } = new();

    /// <summary>The agent's whole environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What the agent may see and write, where the system can hold it to that; null is all.</summary>
    public Walls? Walls { get; init; }

    /// <summary>The argv that starts this binary.</summary>
    public required IReadOnlyList<string> Self { get; init; }

    public required Confinement Confinement { get; init; }

    /// <summary>Marks every process of the agent.</summary>
    public required string Marker { get; init; }

    public required TimeSpan IdleLimit { get; init; }

    public required TimeSpan Grace { get; init; }

    /// <summary>When it counts as running in circles.</summary>
    public required LoopLimits Loop { get; init; }

    /// <summary>What the run may still use.</summary>
    public required Allowance Allowance { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The session to go on with: of the turn before, else of the run that this one continues; null begins one.</summary>
    public string? SessionId { get; init; }

    /// <summary>Whether a new session is told what those before it left.</summary>
    public bool WithSummary { get; init; }

    public required RunOutput Output { get; init; }

    /// <summary>Where messages of people come in; null where nobody can say anything.</summary>
    public ControlFollower? Control { get; init; }
}

/// <summary>Is what an agent should know of its run beside the task.</summary>
/// <param name="File">Where the text stands, in a folder of the run that the agent can read.</param>
internal sealed record Briefing(string File, string Text)
{
    /// <summary>The variable that names the file to every agent.</summary>
    public const string Variable = "AUTOBUILD_CONTEXT_FILE";
}

/// <summary>Says how a turn ended.</summary>
internal enum AgentEnd
{
    /// <summary>The agent says it is done.</summary>
    Finished,

    /// <summary>It needs an answer from a person.</summary>
    Question,

    /// <summary>It could not do its work; <see cref="AgentTurn.Error"/> says why.</summary>
    Failed,

    /// <summary>It was silent for too long.</summary>
    Idle,

    /// <summary>We stopped it.</summary>
    Stopped,

    /// <summary>Its provider's quota is used up.</summary>
    Quota,
}

/// <summary>Is what came of one turn.</summary>
internal sealed record AgentTurn
{
    public required AgentEnd End { get; init; }

    public RunError? Error { get; init; }

    public string? Question { get; init; }

    /// <summary>Closing words, at most 4,000 characters.</summary>
    public string? Summary { get; init; }

    public string? SessionId { get; init; }

    /// <summary>What it asked to do and was refused; the first few.</summary>
    public IReadOnlyList<string> Denials { get; init; } = [];

    public RunUsage Usage { get; init; } = new();

    /// <summary>When the quota is back; null where unknown.</summary>
    public DateTimeOffset? ResetAt { get; init; }
}
