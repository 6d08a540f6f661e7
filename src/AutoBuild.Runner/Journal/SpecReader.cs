using System.Text.Json;
using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;

namespace AutoBuild.Runner.Journal;

/// <summary>Reads <c>spec.json</c> by hand, because every agent waits for it: the serializer compiles for some 60 ms before its first object.</summary>
/// <remarks>A test holds it to what <see cref="Core.Json.CoreJson"/> writes, member by member.</remarks>
internal static class SpecReader
{
    /// <exception cref="AutoBuildException">document_invalid.</exception>
    public static RunSpec Read(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Spec(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AutoBuildException("document_invalid", $"Not a readable RunSpec: {fault.Message}", fault);
        }
    }

    private static RunSpec Spec(JsonElement from) => new()
    {
        Kind = from.GetProperty("kind").GetString() switch
        {
            "agent" => RunKind.Agent,
            "check" => RunKind.Check,
            var other => throw new JsonException($"kind is '{other}'; expected agent or check."),
        },
        JobId = from.GetProperty("job_id").GetGuid(),
        Attempt = from.GetProperty("attempt").GetInt32(),
        Project = Project(from.GetProperty("project")),
        Ticket = Has(from, "ticket", out var ticket) ? Ticket(ticket) : null,
        Tree = Tree(from.GetProperty("tree")),
        Agent = Has(from, "agent", out var agent) ? Agent(agent) : null,
        Qa = Qa(from.GetProperty("qa")),
        Generate = Has(from, "generate", out var generate) ? [.. generate.EnumerateArray().Select(made => new RunGenerate(Texts(made, "paths"), Must(made, "command")))] : [],
        Limits = Has(from, "limits", out var limits) ? Limits(limits) : new(),
        Budget = Has(from, "budget", out var budget) ? Budget(budget) : null,
        SecretNames = Texts(from, "secret_names"),
        CheckSecretNames = Texts(from, "check_secret_names"),
        Logins = Has(from, "logins", out var logins) ? [.. logins.EnumerateArray().Select(login => new RunLogin(Must(login, "home"), Must(login, "path")))] : [],
        Walls = Has(from, "walls", out var walls) ? new RunWalls { Hidden = Texts(walls, "hidden"), Writable = Texts(walls, "writable") } : null,
        Context = Text(from, "context") ?? "",
        ContextNote = Text(from, "context_note"),
        AgentVariables = Texts(from, "agent_variables"),
        AllowedEnvironment = Texts(from, "allowed_environment"),
    };

    private static RunProject Project(JsonElement from) => new(from.GetProperty("id").GetGuid(), Must(from, "name"));

    private static RunTicket Ticket(JsonElement from) => new(from.GetProperty("id").GetGuid(), Must(from, "title"), Must(from, "prompt"));

    private static RunTree Tree(JsonElement from) => new()
    {
        Repository = Must(from, "repository"),
        Path = Must(from, "path"),
        GitDir = Must(from, "git_dir"),
        Branch = Must(from, "branch"),
        StartCommit = Must(from, "start_commit"),
        BaseCommit = Must(from, "base_commit"),
        TargetBranch = Must(from, "target_branch"),
        CopyFrom = Text(from, "copy_from"),
        Home = Must(from, "home"),
        Temp = Must(from, "temp"),
        PortBase = (int)Number(from, "port_base", 0),
    };

    private static RunAgent Agent(JsonElement from) => new()
    {
        Name = Must(from, "name"),
        Declaration = Has(from, "declaration", out var declared) ? DeclarationReader.Read(declared) : null,
        Command = Text(from, "command"),
        Script = Text(from, "script"),
        Model = Text(from, "model"),
        DefaultModel = Text(from, "default_model"),
        SessionId = Text(from, "session_id"),
        SessionLeft = Text(from, "session_left"),
        Earlier = Has(from, "earlier", out var earlier) ? [.. earlier.EnumerateArray().Select(Earlier)] : [],
        Message = Text(from, "message"),
        Turn = (int)Number(from, "turn", 1),
        MaxTurns = (int)Number(from, "max_turns", 50),
        Terms = Has(from, "terms", out var terms) ? Terms(terms) : new(),
    };

    private static AgentTerms Terms(JsonElement from) => new()
    {
        Permission = Text(from, "permission") switch
        {
            null or "full" => AgentPermission.Full,
            "edit" => AgentPermission.Edit,
            "read" => AgentPermission.Read,
            var other => throw new JsonException($"permission is '{other}'; expected full, edit or read."),
        },
        Allow = Texts(from, "allow"),
        Deny = Texts(from, "deny"),
    };

    private static EarlierRun Earlier(JsonElement from) => new()
    {
        Ended = Must(from, "ended"),
        Summary = Text(from, "summary"),
        Question = Text(from, "question"),
        Messages = Texts(from, "messages"),
        FailedChecks = Texts(from, "failed_checks"),
    };

    private static RunQa Qa(JsonElement from) => new()
    {
        Enabled = !Has(from, "enabled", out var enabled) || enabled.GetBoolean(),
        FixRounds = (int)Number(from, "fix_rounds", 3),
        Checks = Has(from, "checks", out var checks) ? [.. checks.EnumerateArray().Select(Check)] : null,
        Cache = Text(from, "cache"),
    };

    private static QaCheck Check(JsonElement from) => new()
    {
        Name = Must(from, "name"),
        Command = Must(from, "command"),
        TimeoutSeconds = (int)Number(from, "timeout_seconds", 900),
        Required = !Has(from, "required", out var required) || required.GetBoolean(),
    };

    private static RunLimits Limits(JsonElement from)
    {
        var usual = new RunLimits();
        return new RunLimits
        {
            WallSeconds = Number(from, "wall_seconds", usual.WallSeconds),
            IdleSeconds = Number(from, "idle_seconds", usual.IdleSeconds),
            Repetitions = (int)Number(from, "repetitions", usual.Repetitions),
            NoProgressSeconds = Number(from, "no_progress_seconds", usual.NoProgressSeconds),
            RenewSeconds = Number(from, "renew_seconds", usual.RenewSeconds),
            GraceSeconds = Number(from, "grace_seconds", usual.GraceSeconds),
            LogBytes = (long)Number(from, "log_bytes", usual.LogBytes),
        };
    }

    private static RunBudget Budget(JsonElement from) => new()
    {
        CostUsd = Amount(from, "cost_usd"),
        Tokens = (long?)Amount(from, "tokens"),
        Session = Has(from, "session", out var session) ? Usage(session) : null,
        Prices = Has(from, "prices", out var prices) ? prices.EnumerateObject().ToDictionary(price => price.Name, price => Price(price.Value)) : new Dictionary<string, Price>(),
    };

    private static Price Price(JsonElement from) => new(
        Amount(from, "input") ?? 0, Amount(from, "cached_input") ?? 0, Amount(from, "cache_write") ?? 0, Amount(from, "output") ?? 0);

    private static RunUsage Usage(JsonElement from) => new()
    {
        InputTokens = (long)Number(from, "input_tokens", 0),
        CachedInputTokens = (long)Number(from, "cached_input_tokens", 0),
        CacheWriteTokens = (long)Number(from, "cache_write_tokens", 0),
        OutputTokens = (long)Number(from, "output_tokens", 0),
        ReasoningTokens = (long)Number(from, "reasoning_tokens", 0),
        CostUsd = Amount(from, "cost_usd"),
        CostSource = Has(from, "cost_source", out var source) ? Enum.GetValues<CostSource>().First(known => SnakeCase.Of(known) == source.GetString()) : null,
        UnpricedTokens = (long)Number(from, "unpriced_tokens", 0),
        Turns = (int)Number(from, "turns", 0),
    };

    private static decimal? Amount(JsonElement from, string name) => Has(from, name, out var value) ? value.GetDecimal() : null;

    private static bool Has(JsonElement from, string name, out JsonElement value) =>
        from.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static string Must(JsonElement from, string name) => Text(from, name) ?? throw new JsonException($"{name} is missing.");

    private static string? Text(JsonElement from, string name) => Has(from, name, out var value) ? value.GetString() : null;

    private static double Number(JsonElement from, string name, double usual) => Has(from, name, out var value) ? value.GetDouble() : usual;

    private static string[] Texts(JsonElement from, string name) =>
        Has(from, name, out var values) ? [.. values.EnumerateArray().Select(value => value.GetString() ?? "")] : [];
}
