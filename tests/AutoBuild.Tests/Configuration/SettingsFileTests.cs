using AutoBuild.Configuration;
using AutoBuild.Core;
using AutoBuild.Core.Projects;

namespace AutoBuild.Tests.Configuration;

public sealed class SettingsFileTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    internal const string OriginalPlan = """
        # config.yaml
        server:
          port: 8080
          host: 0.0.0.0

        queue:
          max_parallel_jobs: 12
          job_timeout: 30m
          retry_attempts: 3
          priority_levels: [critical, high, normal, low]

        worktree:
          base_path: /tmp/autobuild-worktrees
          max_active: 20
          cleanup_interval: 5m
          max_age: 2h

        github:
          app_id: ${GITHUB_APP_ID}
          installation_id: ${GITHUB_INSTALLATION_ID}
          private_key_path: /secrets/github-app.pem

        database:
          url: ${DATABASE_URL}
          max_connections: 25

        memory_service:
          url: http://memory-service:8000
          timeout: 30s
        """;

    private static Settings Parse(string yaml, Dictionary<string, string>? environment = null) =>
        SettingsFile.Parse(yaml, "autobuild.yaml", environment ?? Nothing);

    private static string FaultOf(string yaml, Dictionary<string, string>? environment = null)
    {
        var fault = Assert.Throws<AutoBuildException>(() => Parse(yaml, environment));
        Assert.Equal("config_invalid", fault.Code);
        return fault.Message;
    }

    [Fact]
    public void The_original_plans_file_loads_unchanged()
    {
        var settings = Parse(OriginalPlan);

        Assert.Equal(("0.0.0.0", 8080), (settings.Server.Host, settings.Server.OrchestratorPort));
        Assert.Equal((12, TimeSpan.FromMinutes(30), 3), (settings.Queue.MaxParallelJobs, settings.Queue.JobTimeout, settings.Queue.RetryAttempts));
        Assert.Equal(("/tmp/autobuild-worktrees", 20), (settings.Worktree.BasePath, settings.Worktree.MaxActive));
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromHours(2)), (settings.Worktree.CleanupInterval, settings.Worktree.MaxAge));
        Assert.Equal((null, null, "/secrets/github-app.pem"), (settings.Github.AppId, settings.Github.InstallationId, settings.Github.PrivateKeyPath));
        Assert.Equal((null, 25), (settings.Database.Url, settings.Database.MaxConnections));
        Assert.Equal(("http://memory-service:8000", TimeSpan.FromSeconds(30)), (settings.MemoryService.Url, settings.MemoryService.Timeout));
        Assert.False(settings.Auth.Written);
    }

    [Fact]
    public void The_original_plans_file_takes_its_variables()
    {
        var settings = Parse(OriginalPlan, new() { ["GITHUB_APP_ID"] = "17", ["GITHUB_INSTALLATION_ID"] = "4", ["DATABASE_URL"] = "postgresql://u:p@db:5432/autobuild" });

        Assert.Equal(("17", "4"), (settings.Github.AppId, settings.Github.InstallationId));
        Assert.Equal("postgresql://u:p@db:5432/autobuild", settings.Database.Url);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("queue:\n")]
    public void An_empty_file_gives_the_defaults(string yaml)
    {
        var settings = Parse(yaml);

        Assert.Equal(("127.0.0.1", 8080, 8000, 3000), (settings.Server.Host, settings.Server.OrchestratorPort, settings.Server.MemoryPort, settings.Server.WebPort));
        Assert.Equal((2000, 8000, 50), (settings.Models.ChatMaxTokens, settings.Models.Merge.MaxTokens, settings.Agents.MaxTurns));
        Assert.All(SettingsText.Rows(settings), row => Assert.Equal("default", row.Source));
    }

    [Fact]
    public void The_environment_overrides_the_file()
    {
        var settings = Parse("queue:\n  max_parallel_jobs: 4\n  retry_attempts: 1\n", new() { ["MAX_PARALLEL_JOBS"] = "7", ["JOB_TIMEOUT"] = "90s", ["RETRY_ATTEMPTS"] = "" });

        Assert.Equal((7, TimeSpan.FromSeconds(90), 1), (settings.Queue.MaxParallelJobs, settings.Queue.JobTimeout, settings.Queue.RetryAttempts));
        Assert.Equal("environment MAX_PARALLEL_JOBS", settings.Sources["queue.max_parallel_jobs"]);
        Assert.Equal("autobuild.yaml:3", settings.Sources["queue.retry_attempts"]);
    }

    [Fact]
    public void Every_variable_of_the_table_takes_effect()
    {
        var values = SettingKeys.All.Where(key => key.Variable is not null).ToDictionary(key => key.Variable!, key => key switch
        {
            { Expected: var expected } when expected.Contains("http:", StringComparison.Ordinal) => "http://elsewhere:1",
            { Expected: var expected } when expected.Contains("postgresql:", StringComparison.Ordinal) => "postgresql://elsewhere/1",
            { Expected: var expected } when expected.Contains("duration", StringComparison.Ordinal) => "77s",
            { Expected: var expected } when expected.Contains("whole number", StringComparison.Ordinal) => key.Variable == "MAX_CHUNK_SIZE" ? "78" : "77",
            { Expected: "name=value,name=value" } => "name=other",
            { Expected: "http/protobuf or grpc" } => "grpc",
            _ => "other",
        });

        var settings = Parse("", values);

        Assert.All(SettingKeys.All.Where(key => key.Variable is not null), key =>
        {
            Assert.NotEqual(key.Read(new Settings()), key.Read(settings));
            Assert.Equal($"environment {key.Variable}", settings.Sources[key.Path]);
        });
    }

    [Fact]
    public void An_unknown_key_is_named_with_file_line_and_the_nearest()
    {
        var fault = FaultOf("queue:\n  max_parallel_jobs: 4\n  max_paralel_jobs: 5\n");

        Assert.Contains("autobuild.yaml:3:3: unknown key 'queue.max_paralel_jobs'; did you mean 'max_parallel_jobs'?", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_section_is_named_with_those_there_are()
    {
        var fault = FaultOf("\nqeue:\n  lease: 5s\n");

        Assert.StartsWith("autobuild.yaml:2:1: unknown key 'qeue'; did you mean 'queue'? Expected one of: server, queue, worktree, ", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server:\n  port: 65536", "autobuild.yaml:2:3: server.port: expected a whole number from 0 to 65535, got '65536'.")]
    [InlineData("server:\n  port: [1, 2]", "autobuild.yaml:2:3: server.port: expected a whole number from 0 to 65535.")]
    [InlineData("server:\n  host:", "autobuild.yaml:2:3: server.host: expected an address or a name, got ''.")]
    [InlineData("queue:\n  job_timeout: 30", "autobuild.yaml:2:3: queue.job_timeout: expected a duration above zero such as 90s, 30m or 1h30m, got '30'.")]
    [InlineData("queue:\n  lease: 0s", "autobuild.yaml:2:3: queue.lease: expected a duration above zero such as 90s, 30m or 1h30m, got '0s'.")]
    [InlineData("queue:\n  priority_levels: [low, high]", "got 'low, high'")]
    [InlineData("queue: 5", "autobuild.yaml:1:8: queue: expected keys (max_parallel_jobs, ")]
    [InlineData("- 5", "autobuild.yaml:1:1: the file: expected keys (server, ")]
    [InlineData("landing:\n  policy: automatic", "expected one of manual, auto, pull_request, got 'automatic'")]
    [InlineData("memory_service:\n  url: memory:8000", "expected an address such as http://…, got 'memory:8000'")]
    [InlineData("queue:\n  lease: 5s", "queue.heartbeat must be shorter than queue.lease")]
    [InlineData("queue:\n  lease: ${NOWHERE}", "autobuild.yaml:2:3: queue.lease: the variable NOWHERE is not set.")]
    [InlineData("github:\n  app_id: a${NOWHERE}", "autobuild.yaml:2:3: github.app_id: the variable NOWHERE is not set.")]
    [InlineData("server:\n  port: 1\n  port: 2", "autobuild.yaml:3:3: ")]
    [InlineData("server: {port: 1", "autobuild.yaml:")]
    [InlineData("auth: nobody", "autobuild.yaml:1:7: auth: expected 'token', 'none', or a list of")]
    [InlineData("auth:\n  - {token: a, role: boss}", "autobuild.yaml:2:5: auth: expected")]
    [InlineData("auth:\n  - {token: '${NOWHERE}', role: admin}", "the variable NOWHERE is not set, so this token would be empty")]
    public void A_bad_value_is_named_with_what_was_expected(string yaml, string sentence) =>
        Assert.Contains(sentence, FaultOf(yaml), StringComparison.Ordinal);

    [Fact]
    public void A_bad_variable_is_named() =>
        Assert.StartsWith("environment variable PORT: expected a whole number", FaultOf("", new() { ["PORT"] = "eighty" }), StringComparison.Ordinal);

    [Theory]
    [InlineData("worktree:\n  base_path: ${PLACE:-/srv/trees}", "/srv/trees")]
    [InlineData("worktree:\n  base_path: ${PLACE:-}", null)]
    [InlineData("worktree:\n  base_path: /a/${SET:-b}/${PLACE:-c}", "/a/set/c")]
    [InlineData("worktree:\n  base_path: ${EMPTY:-d}", "d")]
    [InlineData("worktree:\n  base_path: $SET ${} ${1} $${SET}", "$SET ${} ${1} $set")]
    [InlineData("worktree:\n  base_path: ${VALUE}", "${SET}")]
    [InlineData("# ${PLACE} ${\nworktree: # ${PLACE}\n  base_path: e # ${PLACE}", "e")]
    public void Variables_are_filled_in(string yaml, string? path) =>
        Assert.Equal(path, Parse(yaml, new() { ["SET"] = "set", ["EMPTY"] = "", ["VALUE"] = "${SET}" }).Worktree.BasePath);

    [Theory]
    [InlineData("memory_service:\n  url: ftp://reader:hunter2@host/")]
    [InlineData("memory_service:\n  url: 'postgres://u:hunter/hunter2@x@host/'")]
    [InlineData("memory_service:\n  url: ftp://host/?token=hunter2")]
    public void A_password_in_an_address_is_not_repeated(string yaml)
    {
        var fault = FaultOf(yaml);
        Assert.Contains("host/", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_of_a_file_are_told_at_once() =>
        Assert.Equal(2, FaultOf("server:\n  port: x\nnothing: 1\n").Split('\n').Length);

    [Fact]
    public void A_bad_secret_is_not_repeated() =>
        Assert.DoesNotContain("hunter2", FaultOf("database:\n  url: mysql://root:hunter2@db/x"), StringComparison.Ordinal);

    [Fact]
    public void Tokens_have_roles()
    {
        var auth = Parse("auth:\n  - token: ${READ}\n    role: viewer\n  - {token: plain, role: admin}\n", new() { ["READ"] = "r" }).Auth;

        Assert.Equal(AuthMode.List, auth.Mode);
        Assert.Equal([new AuthToken("r", Role.Viewer), new AuthToken("plain", Role.Admin)], auth.Tokens);
    }

    [Fact]
    public void Other_sections_are_read()
    {
        var settings = Parse("agents:\n  default: command\n  allowed_environment: [LANG, NODE_ENV]\nlanding:\n  policy: auto\nmodels:\n  chat:\n    max_tokens: 9\n");

        Assert.Equal(("command", LandingPolicy.Auto, 9), (settings.Agents.Default, settings.Landing.Policy, settings.Models.ChatMaxTokens));
        Assert.Equal(["LANG", "NODE_ENV"], settings.Agents.AllowedEnvironment);
    }
}
