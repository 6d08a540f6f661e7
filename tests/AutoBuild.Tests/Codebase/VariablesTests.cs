using System.Text.RegularExpressions;
using AutoBuild.Configuration;

namespace AutoBuild.Tests.Codebase;

/// <summary>Holds .env.example and docs/configuration.md against the table of settings.</summary>
public sealed partial class VariablesTests
{
    private static readonly IReadOnlyList<string> Variables = SettingKeys.All.Select(key => key.Variable).OfType<string>().Order(StringComparer.Ordinal).ToList();

    /// <summary>Read by commands, and no settings.</summary>
    private static readonly string[] OfCommands = ["AUTOBUILD_CONFIG", "AUTOBUILD_DATA", "AUTOBUILD_TOKEN"];

    /// <summary>The names that operators know; one must not get lost.</summary>
    private const string Promised = """
        HOST PORT MAX_PARALLEL_JOBS JOB_TIMEOUT RETRY_ATTEMPTS WORKTREE_BASE_PATH WORKTREE_MAX_ACTIVE WORKTREE_CLEANUP_INTERVAL WORKTREE_MAX_AGE
        GITHUB_APP_ID GITHUB_INSTALLATION_ID GITHUB_PRIVATE_KEY_PATH GITHUB_PRIVATE_KEY GITHUB_WEBHOOK_SECRET DATABASE_URL DATABASE_MAX_CONNECTIONS
        ORCHESTRATOR_URL MEMORY_SERVICE_URL MEMORY_SERVICE_TOKEN ANTHROPIC_API_KEY ANTHROPIC_MODEL OPENAI_API_KEY
        EMBEDDING_MODEL EMBEDDING_DIMENSION MAX_CHUNK_SIZE CHUNK_OVERLAP CACHE_TTL AUTOBUILD_SECRET_KEY
        OTEL_EXPORTER_OTLP_ENDPOINT OTEL_EXPORTER_OTLP_PROTOCOL OTEL_EXPORTER_OTLP_HEADERS OTEL_SERVICE_NAME OTEL_RESOURCE_ATTRIBUTES
        """;

    [Fact]
    public void All_promised_variables_are_read() =>
        Assert.Equal(Promised.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), Variables);

    [Fact]
    public void The_example_lists_every_variable_and_no_other() =>
        Assert.Equal(
            Variables.Concat(OfCommands).Order(StringComparer.Ordinal),
            ExampleLine().Matches(Repository.Read(".env.example")).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal));

    [Fact]
    public void The_documentation_has_a_row_for_every_key()
    {
        var documented = DocumentedRow().Matches(Repository.Read("docs/configuration.md"))
            .ToDictionary(row => row.Groups["key"].Value, row => (Default: row.Groups["default"].Value, Variable: row.Groups["variable"].Value, Planned: row.Groups["meaning"].Value.StartsWith('†')));
        var expected = SettingKeys.All.ToDictionary(key => key.Path, key => (Default: key.Read(new Settings()) ?? "-", Variable: key.Variable ?? "-", key.Planned));
        expected["auth"] = ("token", "-", false);
        expected["agents.declared"] = ($"[{string.Join(", ", new Settings().Agents.Declared.Keys)}]", "-", false);

        Assert.Equal(expected.OrderBy(row => row.Key, StringComparer.Ordinal), documented.OrderBy(row => row.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_other_variable_that_the_code_reads_is_documented()
    {
        var documentation = Repository.Read("docs/configuration.md");
        var read = Repository.Files("src", "*.cs").SelectMany(file => ReadVariable().Matches(Repository.Read(file))).Select(match => match.Groups["name"].Value).Distinct();

        Repository.HasNo(read.Where(name => !documentation.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    [GeneratedRegex("^#(?<name>[A-Z_]+)=", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ExampleLine();

    [GeneratedRegex(@"^\| `(?<key>[a-z_.]+)` \| `?(?<default>[^|`]+)`? \| `?(?<variable>[A-Z_]+|-)`? \| (?<meaning>[^|]+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex DocumentedRow();

    [GeneratedRegex("(GetEnvironmentVariable|[vV]ariable|[eE]nvironment\\.GetValueOrDefault)\\(\"(?<name>[A-Z_]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex ReadVariable();
}
