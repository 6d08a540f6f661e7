namespace AutoBuild.Core.Runs;

/// <summary>Describes a coding agent's command line in the configuration, so that it can be started without code for it.</summary>
public sealed record AgentDeclaration
{
    public required string Name { get; init; }

    /// <summary>The argv of a turn, in groups: a group whose placeholder has no value is left out. The first word is the program.</summary>
    /// <remarks>Placeholders: {model}, {session}, {prompt}, {prompt_file}, {context_file}, {max_turns}. No shell reads it.</remarks>
    public required IReadOnlyList<IReadOnlyList<string>> Command { get; init; }

    /// <summary>The argv of a turn that goes on with a session; empty where <see cref="Command"/> does for both.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Resume { get; init; } = [];

    public PromptPlace Prompt { get; init; } = PromptPlace.Stdin;

    public AgentOutput Output { get; init; } = AgentOutput.Text;

    /// <summary>Variables set for it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The model where neither ticket nor job names one; null leaves it to the agent.</summary>
    public string? Model { get; init; }

    /// <summary>How it signs in.</summary>
    public AgentSignIn SignIn { get; init; } = new();

    /// <summary>The argv that tells its version.</summary>
    public IReadOnlyList<string> Version { get; init; } = [];

    /// <summary>Says to a person how to get it.</summary>
    public string? Install { get; init; }

    /// <summary>Whether it came with AutoBuild, rather than by the configuration.</summary>
    public bool Preset { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public string Program => Command[0][0];
}

/// <summary>Says where an agent takes its task from.</summary>
public enum PromptPlace
{
    Stdin,

    /// <summary>A file of the attempt, named by {prompt_file}.</summary>
    File,

    /// <summary>{prompt} in an argument; the system bounds one to 128 KiB.</summary>
    Argument,
}

/// <summary>Says how to read what an agent prints.</summary>
public enum AgentOutput
{
    /// <summary>Any text; its exit code is its word.</summary>
    Text,

    /// <summary>The JSON lines of Claude Code, and likewise of the next ones.</summary>
    Claude,
    Codex,
    Opencode,
    Gemini,
}
