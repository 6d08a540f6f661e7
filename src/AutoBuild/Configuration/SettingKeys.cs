using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Orchestrator;
using static AutoBuild.Configuration.SettingForms;

namespace AutoBuild.Configuration;

/// <summary>Is the table of settings: every key of the file but <c>auth</c>, with the variable that overrides it.</summary>
internal static class SettingKeys
{
    private static readonly string[] PriorityLevels = ["critical", "high", "normal", "low"];

    internal static IReadOnlyList<SettingKey> All { get; } = new[]
    {
        Text("server.host", "HOST", "an address or a name", s => s.Server.Host, (s, v) => s with { Server = s.Server with { Host = v } }) with { Optional = false },
        Number("server.port", "PORT", 0, 65535, s => s.Server.OrchestratorPort, (s, v) => s with { Server = s.Server with { OrchestratorPort = v } }),
        Number("server.memory_port", null, 0, 65535, s => s.Server.MemoryPort, (s, v) => s with { Server = s.Server with { MemoryPort = v } }),
        Number("server.web_port", null, 0, 65535, s => s.Server.WebPort, (s, v) => s with { Server = s.Server with { WebPort = v } }),
        Number("server.max_streams", null, 1, 100_000, s => s.Server.MaxStreams, (s, v) => s with { Server = s.Server with { MaxStreams = v } }),
        Url("server.orchestrator_url", "ORCHESTRATOR_URL", "http", s => s.Server.OrchestratorUrl, (s, v) => s with { Server = s.Server with { OrchestratorUrl = v } }),
        Secret("server.secret_key", "AUTOBUILD_SECRET_KEY", s => s.Server.SecretKey, (s, v) => s with { Server = s.Server with { SecretKey = v } }),

        Number("queue.max_parallel_jobs", "MAX_PARALLEL_JOBS", 1, 1000, s => s.Queue.MaxParallelJobs, (s, v) => s with { Queue = s.Queue with { MaxParallelJobs = v } }),
        Span("queue.job_timeout", "JOB_TIMEOUT", s => s.Queue.JobTimeout, (s, v) => s with { Queue = s.Queue with { JobTimeout = v } }),
        Number("queue.retry_attempts", "RETRY_ATTEMPTS", 0, 100, s => s.Queue.RetryAttempts, (s, v) => s with { Queue = s.Queue with { RetryAttempts = v } }),
        Words("queue.priority_levels", $"[{string.Join(", ", PriorityLevels)}], the levels there are, most urgent first", _ => PriorityLevels, (s, v) => v.SequenceEqual(PriorityLevels) ? s : null),
        Span("queue.ageing_step", null, s => s.Queue.AgeingStep, (s, v) => s with { Queue = s.Queue with { AgeingStep = v } }),
        Span("queue.lease", null, s => s.Queue.Lease, (s, v) => s with { Queue = s.Queue with { Lease = v } }),
        Span("queue.heartbeat", null, s => s.Queue.Heartbeat, (s, v) => s with { Queue = s.Queue with { Heartbeat = v } }),
        Span("queue.sweep", null, s => s.Queue.Sweep, (s, v) => s with { Queue = s.Queue with { Sweep = v } }),
        Span("queue.retry_base", null, s => s.Queue.RetryBase, (s, v) => s with { Queue = s.Queue with { RetryBase = v } }),
        Flag("queue.hold_overlaps", s => s.Queue.HoldOverlaps, (s, v) => s with { Queue = s.Queue with { HoldOverlaps = v } }),
        Span("queue.retry_cap", null, s => s.Queue.RetryCap, (s, v) => s with { Queue = s.Queue with { RetryCap = v } }),
        Size("queue.min_free_disk", s => s.Queue.MinFreeDisk, (s, v) => s with { Queue = s.Queue with { MinFreeDisk = v } }),
        Size("queue.min_free_memory", s => s.Queue.MinFreeMemory, (s, v) => s with { Queue = s.Queue with { MinFreeMemory = v } }),
        Number("queue.max_memory_pressure", null, 1, 101, s => s.Queue.MaxMemoryPressure, (s, v) => s with { Queue = s.Queue with { MaxMemoryPressure = v } }),
        Number("queue.max_cpu_pressure", null, 1, 101, s => s.Queue.MaxCpuPressure, (s, v) => s with { Queue = s.Queue with { MaxCpuPressure = v } }),

        Text("worktree.base_path", "WORKTREE_BASE_PATH", "a folder", s => s.Worktree.BasePath, (s, v) => s with { Worktree = s.Worktree with { BasePath = v } }),
        Number("worktree.max_active", "WORKTREE_MAX_ACTIVE", 1, 10_000, s => s.Worktree.MaxActive, (s, v) => s with { Worktree = s.Worktree with { MaxActive = v } }),
        Span("worktree.cleanup_interval", "WORKTREE_CLEANUP_INTERVAL", s => s.Worktree.CleanupInterval, (s, v) => s with { Worktree = s.Worktree with { CleanupInterval = v } }),
        Span("worktree.max_age", "WORKTREE_MAX_AGE", s => s.Worktree.MaxAge, (s, v) => s with { Worktree = s.Worktree with { MaxAge = v } }),
        Span("worktree.rescue_max_age", null, s => s.Worktree.RescueMaxAge, (s, v) => s with { Worktree = s.Worktree with { RescueMaxAge = v } }),

        Text("github.app_id", "GITHUB_APP_ID", "the App's number", s => s.Github.AppId, (s, v) => s with { Github = s.Github with { AppId = v } }),
        Text("github.installation_id", "GITHUB_INSTALLATION_ID", "the installation's number", s => s.Github.InstallationId, (s, v) => s with { Github = s.Github with { InstallationId = v } }),
        Text("github.private_key_path", "GITHUB_PRIVATE_KEY_PATH", "a file", s => s.Github.PrivateKeyPath, (s, v) => s with { Github = s.Github with { PrivateKeyPath = v } }),
        Secret("github.private_key", "GITHUB_PRIVATE_KEY", s => s.Github.PrivateKey, (s, v) => s with { Github = s.Github with { PrivateKey = v } }),
        Secret("github.webhook_secret", "GITHUB_WEBHOOK_SECRET", s => s.Github.WebhookSecret, (s, v) => s with { Github = s.Github with { WebhookSecret = v } }),

        Url("database.url", "DATABASE_URL", "postgresql", s => s.Database.Url, (s, v) => s with { Database = s.Database with { Url = v } }) with { Secret = true },
        Number("database.max_connections", "DATABASE_MAX_CONNECTIONS", 1, 1000, s => s.Database.MaxConnections, (s, v) => s with { Database = s.Database with { MaxConnections = v } }),

        Url("memory_service.url", "MEMORY_SERVICE_URL", "http", s => s.MemoryService.Url, (s, v) => s with { MemoryService = s.MemoryService with { Url = v } }),
        Secret("memory_service.token", "MEMORY_SERVICE_TOKEN", s => s.MemoryService.Token, (s, v) => s with { MemoryService = s.MemoryService with { Token = v } }),
        Span("memory_service.timeout", null, s => s.MemoryService.Timeout, (s, v) => s with { MemoryService = s.MemoryService with { Timeout = v } }),
        Text("memory_service.embedding_model", "EMBEDDING_MODEL", "a model's name", s => s.MemoryService.EmbeddingModel, (s, v) => s with { MemoryService = s.MemoryService with { EmbeddingModel = v } }),
        Number("memory_service.embedding_dimension", "EMBEDDING_DIMENSION", 1, 16_000, s => s.MemoryService.EmbeddingDimension, (s, v) => s with { MemoryService = s.MemoryService with { EmbeddingDimension = v } }),
        Number("memory_service.max_chunk_size", "MAX_CHUNK_SIZE", 16, 100_000, s => s.MemoryService.MaxChunkSize, (s, v) => s with { MemoryService = s.MemoryService with { MaxChunkSize = v } }),
        Number("memory_service.chunk_overlap", "CHUNK_OVERLAP", 0, 100_000, s => s.MemoryService.ChunkOverlap, (s, v) => s with { MemoryService = s.MemoryService with { ChunkOverlap = v } }),
        SpanOrSeconds("memory_service.cache_ttl", "CACHE_TTL", s => s.MemoryService.CacheTtl, (s, v) => s with { MemoryService = s.MemoryService with { CacheTtl = v } }),

        Text("models.name", "ANTHROPIC_MODEL", "a model's name", s => s.Models.Name, (s, v) => s with { Models = s.Models with { Name = v } }),
        Secret("models.anthropic_api_key", "ANTHROPIC_API_KEY", s => s.Models.AnthropicApiKey, (s, v) => s with { Models = s.Models with { AnthropicApiKey = v } }),
        Secret("models.openai_api_key", "OPENAI_API_KEY", s => s.Models.OpenaiApiKey, (s, v) => s with { Models = s.Models with { OpenaiApiKey = v } }),
        Number("models.chat.max_tokens", null, 1, 1_000_000, s => s.Models.ChatMaxTokens, (s, v) => s with { Models = s.Models with { ChatMaxTokens = v } }),
        Word<ModelProvider>("models.merge.provider", s => s.Models.Merge.Provider, (s, v) => Merge(s, m => m with { Provider = v })),
        Text("models.merge.model", null, "a model's name", s => s.Models.Merge.Model, (s, v) => Merge(s, m => m with { Model = v })),
        Url("models.merge.base_url", null, "https", s => s.Models.Merge.BaseUrl, (s, v) => Merge(s, m => m with { BaseUrl = v })),
        Number("models.merge.max_tokens", null, 1, 1_000_000, s => s.Models.Merge.MaxTokens, (s, v) => Merge(s, m => m with { MaxTokens = v })),
        Span("models.merge.timeout", null, s => s.Models.Merge.Timeout, (s, v) => Merge(s, m => m with { Timeout = v })),
        Span("models.merge.max_time", null, s => s.Models.Merge.MaxTime, (s, v) => Merge(s, m => m with { MaxTime = v })),

        Text("agents.default", null, "an agent's name", s => s.Agents.Default, (s, v) => s with { Agents = s.Agents with { Default = v } }),
        Number("agents.max_turns", null, 1, 10_000, s => s.Agents.MaxTurns, (s, v) => s with { Agents = s.Agents with { MaxTurns = v } }),
        Word<AgentPermission>("agents.permission", s => s.Agents.Terms.Permission, (s, v) => s with { Agents = s.Agents with { Terms = s.Agents.Terms with { Permission = v } } }),
        Words("agents.allow", $"a list of {AgentTerms.Expected}", s => s.Agents.Terms.Allow, (s, v) => v.All(AgentTerms.IsRule) ? s with { Agents = s.Agents with { Terms = s.Agents.Terms with { Allow = v } } } : null),
        Words("agents.deny", $"a list of {AgentTerms.Expected}", s => s.Agents.Terms.Deny, (s, v) => v.All(AgentTerms.IsRule) ? s with { Agents = s.Agents with { Terms = s.Agents.Terms with { Deny = v } } } : null),
        Model(KnownAgents.Claude), Model(KnownAgents.Codex), Model(KnownAgents.OpenCode), Model(KnownAgents.Gemini), Model(KnownAgents.Qwen),
        Number("agents.fix_rounds", null, 0, 100, s => s.Agents.FixRounds, (s, v) => s with { Agents = s.Agents with { FixRounds = v } }),
        Span("agents.idle_timeout", null, s => s.Agents.IdleTimeout, (s, v) => s with { Agents = s.Agents with { IdleTimeout = v } }),
        Number("agents.repetition_limit", null, 0, 100_000, s => s.Agents.RepetitionLimit, (s, v) => s with { Agents = s.Agents with { RepetitionLimit = v } }),
        Span("agents.no_progress", null, s => s.Agents.NoProgress, (s, v) => s with { Agents = s.Agents with { NoProgress = v } }),
        Span("agents.grace", null, s => s.Agents.Grace, (s, v) => s with { Agents = s.Agents with { Grace = v } }),
        Word<SignInMode>("agents.sign_in", s => s.Agents.SignIn, (s, v) => s with { Agents = s.Agents with { SignIn = v } }),
        Words("agents.allowed_environment", "a list of variable names", s => s.Agents.AllowedEnvironment, (s, v) => v.Contains("") ? null : s with { Agents = s.Agents with { AllowedEnvironment = v } }),
        Words("agents.secrets", "a list of variable names", s => s.Agents.Secrets, (s, v) => v.Contains("") ? null : s with { Agents = s.Agents with { Secrets = v } }),
        Words("agents.check_secrets", "a list of variable names", s => s.Agents.CheckSecrets, (s, v) => v.Contains("") ? null : s with { Agents = s.Agents with { CheckSecrets = v } }),
        Words("agents.logins", "a list of files or folders, relative to your home", s => s.Agents.Logins, (s, v) => v.All(IsWithin) ? s with { Agents = s.Agents with { Logins = v } } : null),
        Words("agents.writable", "a list of absolute paths", s => s.Agents.Writable, (s, v) => v.All(path => path.StartsWith('/')) ? s with { Agents = s.Agents with { Writable = v } } : null),

        Flag("callbacks.allow_private", s => s.Callbacks.AllowPrivate, (s, v) => s with { Callbacks = s.Callbacks with { AllowPrivate = v } }),
        Words("callbacks.allow_hosts", "a list of host names or addresses", s => s.Callbacks.AllowHosts, (s, v) => v.All(IsHost) ? s with { Callbacks = s.Callbacks with { AllowHosts = v } } : null),

        Dollars("budget.per_ticket", s => s.Queue.Budget.PerTicket, (s, v) => Bound(s, b => b with { PerTicket = v })),
        Dollars("budget.per_project_per_day", s => s.Queue.Budget.PerProjectPerDay, (s, v) => Bound(s, b => b with { PerProjectPerDay = v })),
        Dollars("budget.per_day", s => s.Queue.Budget.PerDay, (s, v) => Bound(s, b => b with { PerDay = v })),
        Count("budget.tokens_per_ticket", s => s.Queue.Budget.TokensPerTicket, (s, v) => Bound(s, b => b with { TokensPerTicket = v })),
        Count("budget.tokens_per_project_per_day", s => s.Queue.Budget.TokensPerProjectPerDay, (s, v) => Bound(s, b => b with { TokensPerProjectPerDay = v })),
        Count("budget.tokens_per_day", s => s.Queue.Budget.TokensPerDay, (s, v) => Bound(s, b => b with { TokensPerDay = v })),
        Text("budget.prices", null, "a file", s => s.PricesFile, (s, v) => s with { PricesFile = v }),

        Word<LandingPolicy>("landing.policy", s => s.Landing.Policy, (s, v) => s with { Landing = s.Landing with { Policy = v } }),
        Dollars("landing.max_model_cost_usd", s => s.Landing.MaxModelCostUsd, (s, v) => s with { Landing = s.Landing with { MaxModelCostUsd = v } }) with { Optional = false },
        Count("landing.max_model_tokens", s => s.Landing.MaxModelTokens, (s, v) => s with { Landing = s.Landing with { MaxModelTokens = v } }) with { Optional = false },
        Number("landing.max_batch", null, 1, 64, s => s.Landing.Train.MaxBatch, (s, v) => Landed(s, train => train with { MaxBatch = v })),
        Number("landing.reworks", null, 0, 10, s => s.Landing.Train.Reworks, (s, v) => Landed(s, train => train with { Reworks = v })),
        Flag("landing.rework_conflicts", s => s.Landing.Train.ReworkConflicts, (s, v) => Landed(s, train => train with { ReworkConflicts = v })),

        Url("telemetry.otlp_endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT", "http", s => s.Telemetry.OtlpEndpoint, (s, v) => s with { Telemetry = s.Telemetry with { OtlpEndpoint = v } }),
        Text("telemetry.otlp_protocol", "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf or grpc", s => s.Telemetry.OtlpProtocol, (s, v) => s with { Telemetry = s.Telemetry with { OtlpProtocol = v } }, v => v is TelemetrySettings.Http or TelemetrySettings.Grpc) with { Optional = false },
        Text("telemetry.otlp_headers", "OTEL_EXPORTER_OTLP_HEADERS", "name=value,name=value", s => s.Telemetry.OtlpHeaders, (s, v) => s with { Telemetry = s.Telemetry with { OtlpHeaders = v } }, TelemetrySettings.ArePairs) with { Secret = true },
        Text("telemetry.service_name", "OTEL_SERVICE_NAME", "a name", s => s.Telemetry.ServiceName, (s, v) => s with { Telemetry = s.Telemetry with { ServiceName = v } }) with { Optional = false },
        Text("telemetry.resource_attributes", "OTEL_RESOURCE_ATTRIBUTES", "name=value,name=value", s => s.Telemetry.ResourceAttributes, (s, v) => s with { Telemetry = s.Telemetry with { ResourceAttributes = v } }, TelemetrySettings.ArePairs),
    }.Select(key => key with { Planned = IsPlanned(key) }).ToList();

    private static SettingKey Model(string agent) => Text(
        $"agents.models.{agent}", null, ModelName.Expected, s => s.Agents.Models.GetValueOrDefault(agent),
        (s, v) => s with { Agents = s.Agents with { Models = new Dictionary<string, string>(s.Agents.Models) { [agent] = v } } }, ModelName.IsValid);

    private static Settings Bound(Settings settings, Func<Budget, Budget> change) =>
        settings with { Queue = settings.Queue with { Budget = change(settings.Queue.Budget) } };

    private static Settings Merge(Settings settings, Func<MergeModelSettings, MergeModelSettings> change) =>
        settings with { Models = settings.Models with { Merge = change(settings.Models.Merge) } };

    private static Settings Landed(Settings settings, Func<LandingOptions, LandingOptions> change) =>
        settings with { Landing = settings.Landing with { Train = change(settings.Landing.Train) } };

    private static bool IsWithin(string path) => path.Trim('/').Length > 0 && !path.StartsWith('/') && !path.Split('/').Contains("..");

    private static bool IsHost(string host) => Uri.CheckHostName(host.Trim('[', ']')) is not (UriHostNameType.Unknown or UriHostNameType.Basic);

    // Their parts are not there yet; a set one is told at start.
    private static bool IsPlanned(SettingKey key) =>
        key.Path.Split('.')[0] is "github" or "database"
        || key.Path is "memory_service.embedding_model" or "memory_service.embedding_dimension" or "memory_service.chunk_overlap"
        || key.Path is "models.chat.max_tokens" or "server.web_port" or "server.orchestrator_url";

    private static readonly Dictionary<string, SettingKey> ByPath = All.ToDictionary(key => key.Path);

    internal static SettingKey? Find(string path) => ByPath.GetValueOrDefault(path);

    /// <summary>Tells whether other keys lie below this one.</summary>
    internal static bool IsSection(string path) => All.Any(key => key.Path.StartsWith(path + ".", StringComparison.Ordinal));

    /// <summary>Returns the names that may stand below a section; the empty path is the top of the file.</summary>
    internal static IReadOnlyList<string> NamesBelow(string section) =>
        All.Select(key => key.Path).Append(AuthReader.Path).Append(DeclaredReader.Path)
            .Where(path => section.Length == 0 || path.StartsWith(section + ".", StringComparison.Ordinal))
            .Select(path => path[(section.Length == 0 ? 0 : section.Length + 1)..].Split('.')[0])
            .Distinct()
            .ToList();
}
