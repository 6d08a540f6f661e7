using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

/// <summary>Each command line is told to sign in with what it was given, in the way it understands.</summary>
public sealed class AgentSignInTests
{
    private const string Gateway = "http://127.0.0.1:9/v1";

    [Fact]
    public async Task Codex_takes_a_common_key_and_an_address_which_it_does_not_read_by_itself()
    {
        await using var bench = await RunBench.CreateAsync("");

        var program = await RunAsync(bench, "codex", ("OPENAI_API_KEY", "sk-common"), ("OPENAI_BASE_URL", Gateway));

        Assert.Contains("CODEX_API_KEY=sk-common", program.Variables(1));
        Assert.Contains($"model_providers.gateway={{name=\"gateway\",base_url=\"{Gateway}\",wire_api=\"responses\",env_key=\"CODEX_API_KEY\"}}", program.Arguments(1));
    }

    [Fact]
    public async Task Codex_prefers_its_login_to_a_common_key_and_its_own_key_to_both()
    {
        await using var bench = await RunBench.CreateAsync("");
        Put(bench, ".codex/auth.json");
        var login = await RunAsync(bench, "codex", ("OPENAI_API_KEY", "sk-common"), ("OPENAI_BASE_URL", Gateway));
        Assert.DoesNotContain(login.Variables(1), line => line.StartsWith("CODEX_API_KEY", StringComparison.Ordinal));
        Assert.Contains(login.Arguments(1), line => line.EndsWith("requires_openai_auth=true}", StringComparison.Ordinal));

        await bench.NextAttemptAsync();
        var own = await RunAsync(bench, "codex", ("OPENAI_API_KEY", "sk-common"), ("CODEX_API_KEY", "sk-own-key"));

        Assert.Contains("CODEX_API_KEY=sk-own-key", own.Variables(2));
        Assert.DoesNotContain(own.Arguments(2), line => line.Contains("gateway", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gemini-api-key", "GEMINI_API_KEY", true)]
    [InlineData("oauth-personal", "GOOGLE_API_KEY", true)]
    [InlineData("vertex-ai", "GOOGLE_API_KEY", false)]
    [InlineData("vertex-ai", "GOOGLE_GENAI_USE_VERTEXAI", true)]
    [InlineData("gemini-api-key", "OTHER", false)]
    public async Task Gemini_is_told_how_to_sign_in(string expected, string variable, bool login)
    {
        await using var bench = await RunBench.CreateAsync("");
        var elsewhere = Path.Combine(bench.Root, "elsewhere");
        if (login)
        {
            Put(bench, ".gemini/oauth_creds.json");
        }
        else
        {
            // What a run before may have left: nothing is written through it.
            Directory.CreateDirectory(Path.Combine(bench.Spec.Tree.Home, ".gemini"));
            File.CreateSymbolicLink(Path.Combine(bench.Spec.Tree.Home, ".gemini", "settings.json"), elsewhere);
        }

        await RunAsync(bench, "gemini", (variable, "true-value"));

        Assert.Contains($"\"selectedType\":\"{expected}\"", await File.ReadAllTextAsync(Path.Combine(bench.Spec.Tree.Home, ".gemini", "settings.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.False(File.Exists(elsewhere));
    }

    [Theory]
    [InlineData("openai", "OPENAI_API_KEY")]
    [InlineData("qwen-oauth", "OTHER")]
    public async Task Qwen_takes_a_key_before_its_login(string expected, string variable)
    {
        await using var bench = await RunBench.CreateAsync("");
        Put(bench, ".qwen/oauth_creds.json");

        var program = await RunAsync(bench, "qwen", (variable, "some-value"));

        Assert.Contains(expected, program.Arguments(1));
    }

    [Fact]
    public async Task Who_is_not_signed_in_is_told_how_to()
    {
        await using var bench = await RunBench.CreateAsync("");
        _ = new StandInProgram(bench, "claude", "cat \"$said/claude/error-401.jsonl\"");

        var report = await bench.RunAsync();

        Assert.EndsWith(AgentSignIn.Of("claude")!.Advice, report.Error!.Message, StringComparison.Ordinal);
    }

    private static void Put(RunBench bench, string path)
    {
        var file = Path.Combine(bench.Spec.Tree.Home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "{}");
    }

    private static async Task<StandInProgram> RunAsync(RunBench bench, string agent, params (string Name, string Value)[] given)
    {
        var program = new StandInProgram(bench, agent, "echo $turn > made.txt");
        foreach (var (name, value) in given)
        {
            bench.Environment[name] = value;
        }
        bench.Spec = bench.Spec with { AgentVariables = [.. given.Select(pair => pair.Name)] };
        await bench.RunAsync();
        return program;
    }
}
