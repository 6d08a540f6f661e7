using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator;

namespace AutoBuild.Configuration;

/// <summary>Holds every setting of a server: defaults, then the file, then the environment; <see cref="SettingsFile"/> makes it.</summary>
public sealed record Settings
{
    public ServerSettings Server { get; init; } = new();

    public AuthSettings Auth { get; init; } = new();

    public QueueOptions Queue { get; init; } = new();

    public WorktreeSettings Worktree { get; init; } = new();

    public GithubSettings Github { get; init; } = new();

    public DatabaseSettings Database { get; init; } = new();

    public MemoryServiceSettings MemoryService { get; init; } = new();

    public ModelSettings Models { get; init; } = new();

    public AgentSettings Agents { get; init; } = new();

    public LandingSettings Landing { get; init; } = new();

    public TelemetrySettings Telemetry { get; init; } = new();

    public CallbackSettings Callbacks { get; init; } = new();

    /// <summary>The operator's own prices of models, as JSON; null is the built-in list alone.</summary>
    public string? PricesFile { get; init; }

    /// <summary>The file that was read; null where there is none.</summary>
    public string? File { get; init; }

    /// <summary>Where each value that is no default came from, by key: <c>autobuild.yaml:4</c> or <c>environment PORT</c>.</summary>
    public IReadOnlyDictionary<string, string> Sources { get; init; } = new Dictionary<string, string>();
}

/// <summary>Says where the modules listen.</summary>
public sealed record ServerSettings
{
    /// <summary>Address or name; default loopback. Anything else needs <c>auth</c> written out.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0 picks a free one; default 8080.</summary>
    public int OrchestratorPort { get; init; } = 8080;

    /// <summary>0 picks a free one; default 8000.</summary>
    public int MemoryPort { get; init; } = 8000;

    /// <summary>0 picks a free one; default 3000.</summary>
    public int WebPort { get; init; } = 3000;

    /// <summary>Event streams that one token may have open at once; all together twice as many; default 2,500.</summary>
    public int MaxStreams { get; init; } = 2500;

    /// <summary>Where other modules find the orchestrator; null is this process.</summary>
    public string? OrchestratorUrl { get; init; }

    /// <summary>Encrypts secrets at rest; null makes one in the data directory.</summary>
    public string? SecretKey { get; init; }
}

/// <summary>Says who may call the API.</summary>
public sealed record AuthSettings
{
    /// <summary>Default: the token in the data directory, role admin.</summary>
    public AuthMode Mode { get; init; } = AuthMode.Token;

    /// <summary>The tokens of <see cref="AuthMode.List"/>.</summary>
    public IReadOnlyList<AuthToken> Tokens { get; init; } = [];

    /// <summary>Whether <c>auth</c> stands in the file; a server that is not on loopback needs it to.</summary>
    public bool Written { get; init; }
}

public enum AuthMode
{
    /// <summary>One token, made at first start, mode 0600.</summary>
    Token,

    /// <summary>Tokens with roles, named in the file.</summary>
    List,

    /// <summary>No token; loopback only, Host and Origin are still checked.</summary>
    None,
}

/// <summary>Grants a role to whoever shows the token.</summary>
public sealed record AuthToken(string Token, Role Role);

/// <summary>Says what a caller may do; each role may do what those before it may.</summary>
public enum Role
{
    Viewer,
    Member,
    Admin,
}

/// <summary>Bounds the working trees.</summary>
public sealed record WorktreeSettings
{
    /// <summary>Folder of the trees; null is <c>worktrees</c> in the data directory.</summary>
    public string? BasePath { get; init; }

    /// <summary>Trees leased at once; default 20.</summary>
    public int MaxActive { get; init; } = 20;

    /// <summary>How often idle trees are looked at; default 5 minutes.</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an idle tree is kept; default 2 hours.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long saved work is kept; longer while its ticket is open.</summary>
    public TimeSpan RescueMaxAge { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>Names the GitHub App; a null is "not configured".</summary>
public sealed record GithubSettings
{
    public string? AppId { get; init; }

    public string? InstallationId { get; init; }

    public string? PrivateKeyPath { get; init; }

    public string? PrivateKey { get; init; }

    public string? WebhookSecret { get; init; }
}

/// <summary>Names the database.</summary>
public sealed record DatabaseSettings
{
    /// <summary><c>postgresql://user:password@host:port/name</c>; null is SQLite in the data directory.</summary>
    public string? Url { get; init; }

    /// <summary>Default 25.</summary>
    public int MaxConnections { get; init; } = 25;
}

/// <summary>Says how the memory is reached and how it cuts text.</summary>
public sealed record MemoryServiceSettings
{
    /// <summary>Null is the memory in this process.</summary>
    public string? Url { get; init; }

    public string? Token { get; init; }

    /// <summary>Of one request; default 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Null is the built-in retrieval, which needs no model.</summary>
    public string? EmbeddingModel { get; init; }

    /// <summary>Default 384.</summary>
    public int EmbeddingDimension { get; init; } = 384;

    /// <summary>Tokens; default 512.</summary>
    public int MaxChunkSize { get; init; } = 512;

    /// <summary>Tokens; default 50.</summary>
    public int ChunkOverlap { get; init; } = 50;

    /// <summary>How long answers are kept; default 1 hour.</summary>
    public TimeSpan CacheTtl { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>Names the language model that the server itself uses; agents have their own.</summary>
public sealed record ModelSettings
{
    /// <summary>The one place for the model's name; null is "none".</summary>
    public string? Name { get; init; }

    public string? AnthropicApiKey { get; init; }

    public string? OpenaiApiKey { get; init; }

    /// <summary>Longest answer of a chat, in tokens; default 2,000.</summary>
    public int ChatMaxTokens { get; init; } = 2000;

    public MergeModelSettings Merge { get; init; } = new();
}

/// <summary>Says which model is asked for the conflicts that the merge engine leaves.</summary>
public sealed record MergeModelSettings
{
    /// <summary>Default: whose key is there, Anthropic's first.</summary>
    public ModelProvider Provider { get; init; } = ModelProvider.Auto;

    /// <summary>Null is <see cref="ModelSettings.Name"/>.</summary>
    public string? Model { get; init; }

    /// <summary>Null is the provider's own address.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Longest answer, in tokens; default 8,000.</summary>
    public int MaxTokens { get; init; } = 8000;

    /// <summary>Of one answer; default 60 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Of all answers of one merge; default 5 minutes.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>Names the protocols in which a model is asked.</summary>
public enum ModelProvider
{
    /// <summary>Whose key is there.</summary>
    Auto,
    Anthropic,

    /// <summary>OpenAI's chat completions, which many services speak.</summary>
    Openai,

    /// <summary>No model is asked.</summary>
    None,
}

/// <summary>Says who decides what an agent signs in with.</summary>
public enum SignInMode
{
    /// <summary>The agent: of the server's environment and home it gets what is its own provider's.</summary>
    Auto,

    /// <summary>The configuration alone, by <c>agents.secrets</c> and <c>agents.logins</c>.</summary>
    Configured,
}

/// <summary>Bounds the agents.</summary>
public sealed record AgentSettings
{
    /// <summary>The agent of tickets and projects that name none; null refuses such a ticket.</summary>
    public string? Default { get; init; }

    /// <summary>Requests to the model from a start of the agent to its end; default 50.</summary>
    public int MaxTurns { get; init; } = 50;

    /// <summary>What agents may do where the recipe says nothing; default everything.</summary>
    public AgentTerms Terms { get; init; } = new();

    /// <summary>The model of each agent where ticket and recipe name none.</summary>
    public IReadOnlyDictionary<string, string> Models { get; init; } = new Dictionary<string, string>();

    /// <summary>How often failed checks go back to the agent; default 3.</summary>
    public int FixRounds { get; init; } = 3;

    /// <summary>How long an agent may print nothing; default 10 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The same tool calls with the same results so often in a row end an agent; 0 never; default 40.</summary>
    public int RepetitionLimit { get; init; } = 40;

    /// <summary>How long an agent may bring nothing new; default 10 minutes.</summary>
    public TimeSpan NoProgress { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Between the request to stop and the kill; default 3 seconds.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Agents beyond those built in, by name: presets, and what the file declares.</summary>
    public IReadOnlyDictionary<string, AgentDeclaration> Declared { get; init; } = DeclaredReader.Presets;

    /// <summary>Whether the agent that works gets its own provider's keys and login by itself; default auto.</summary>
    public SignInMode SignIn { get; init; } = SignInMode.Auto;

    /// <summary>Names of environment variables that agents may see, beyond the built-in list.</summary>
    public IReadOnlyList<string> AllowedEnvironment { get; init; } = [];

    /// <summary>Names of variables of the server whose values agents get, masked wherever they show.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>The same for setup, checks and teardown.</summary>
    public IReadOnlyList<string> CheckSecrets { get; init; } = [];

    /// <summary>Files and folders of the user's home that are copied into an agent's.</summary>
    public IReadOnlyList<string> Logins { get; init; } = [];

    /// <summary>Absolute paths that agents and checks may write beside their own tree.</summary>
    public IReadOnlyList<string> Writable { get; init; } = [];
}

/// <summary>Says where callbacks may go beyond the public internet.</summary>
public sealed record CallbackSettings
{
    /// <summary>Loopback and private addresses too; default false.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>Names or addresses that they may go to wherever those lead.</summary>
    public IReadOnlyList<string> AllowHosts { get; init; } = [];
}

/// <summary>Says how passed work lands where a project says nothing.</summary>
public sealed record LandingSettings
{
    /// <summary>Of projects that are made without one; default manual.</summary>
    public LandingPolicy Policy { get; init; } = LandingPolicy.Manual;

    /// <summary>US dollars that asking a model about one landing's conflicts may cost; default 1.</summary>
    public decimal MaxModelCostUsd { get; init; } = 1;

    /// <summary>The same in tokens; default 200,000.</summary>
    public long MaxModelTokens { get; init; } = 200_000;

    public LandingOptions Train { get; init; } = new();
}
