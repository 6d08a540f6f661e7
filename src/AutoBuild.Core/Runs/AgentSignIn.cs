namespace AutoBuild.Core.Runs;

/// <summary>Says by which variables and files an agent signs in at its provider, so that it gets its own and nothing of another's.</summary>
public sealed record AgentSignIn
{
    private static readonly string[] OpenAiPlace = ["OPENAI_BASE_URL", "OPENAI_ORGANIZATION", "OPENAI_PROJECT"];
    private static readonly string[] GooglePlace = ["GOOGLE_GEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_GCA", "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION", "GEMINI_MODEL"];

    private static readonly Dictionary<string, AgentSignIn> Known = new()
    {
        [KnownAgents.Claude] = new()
        {
            Secrets = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_CUSTOM_HEADERS", "AWS_BEARER_TOKEN_BEDROCK"],
            Variables =
            [
                "ANTHROPIC_BASE_URL", "ANTHROPIC_MODEL", "ANTHROPIC_SMALL_FAST_MODEL", "ANTHROPIC_DEFAULT_OPUS_MODEL", "ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL",
                "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "ANTHROPIC_BEDROCK_BASE_URL", "ANTHROPIC_VERTEX_BASE_URL", "ANTHROPIC_VERTEX_PROJECT_ID", "AWS_REGION", "CLOUD_ML_REGION",
            ],
            Logins = [".claude/.credentials.json"],
            Advice = "Start 'claude' once and log in, or export ANTHROPIC_API_KEY.",
        },
        [KnownAgents.Codex] = new()
        {
            Secrets = ["CODEX_API_KEY", "OPENAI_API_KEY"],
            Variables = OpenAiPlace,
            Logins = [".codex/auth.json"],
            Advice = "Run 'codex login', or export OPENAI_API_KEY.",
        },
        [KnownAgents.OpenCode] = new()
        {
            Secrets =
            [
                "OPENCODE_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY", "OPENROUTER_API_KEY",
                "GROQ_API_KEY", "MISTRAL_API_KEY", "DEEPSEEK_API_KEY", "XAI_API_KEY", "CEREBRAS_API_KEY", "TOGETHER_API_KEY", "FIREWORKS_API_KEY",
            ],
            Logins = [".local/share/opencode/auth.json"],
            Advice = "Run 'opencode auth login', or export your provider's key.",
        },
        [KnownAgents.Gemini] = new()
        {
            Secrets = ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
            Variables = GooglePlace,
            Logins = [".gemini/oauth_creds.json", ".gemini/google_accounts.json"],
            Advice = "Start 'gemini' once and log in, or export GEMINI_API_KEY.",
        },
        [KnownAgents.Qwen] = new()
        {
            Secrets = ["OPENAI_API_KEY", "DASHSCOPE_API_KEY"],
            Variables = [.. OpenAiPlace, "OPENAI_MODEL"],
            Logins = [".qwen/oauth_creds.json"],
            Advice = "Start 'qwen' once and log in, or export OPENAI_API_KEY, with OPENAI_BASE_URL and OPENAI_MODEL.",
        },
    };

    /// <summary>Variables with a key or a token; masked wherever they show.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Variables that say where the provider is, and which model it runs.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>Files with a login, relative to the user's home and to the agent's.</summary>
    public IReadOnlyList<string> Logins { get; init; } = [];

    /// <summary>Says to a person how to sign in.</summary>
    public string Advice { get; init; } = "";

    /// <summary>Returns that of an agent; null for one that knows no provider.</summary>
    public static AgentSignIn? Of(string agent) => Known.GetValueOrDefault(agent);
}
