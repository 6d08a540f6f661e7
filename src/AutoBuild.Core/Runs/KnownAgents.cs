namespace AutoBuild.Core.Runs;

/// <summary>Lists the agents that a runner of this version can start, so that a wrong name is refused at submit.</summary>
public static class KnownAgents
{
    /// <summary>Any command line, with the prompt on its standard input.</summary>
    public const string Command = "command";

    /// <summary>Follows a script; needs no model and no network.</summary>
    public const string Scripted = "scripted";

    /// <summary>Claude Code, with which Anthropic's models work.</summary>
    public const string Claude = "claude";

    /// <summary>OpenAI's Codex.</summary>
    public const string Codex = "codex";

    public const string OpenCode = "opencode";

    public const string Gemini = "gemini";

    /// <summary>Qwen Code.</summary>
    public const string Qwen = "qwen";

    public static IReadOnlyList<string> Names { get; } = [Command, Scripted, Claude, Codex, OpenCode, Gemini, Qwen];
}
