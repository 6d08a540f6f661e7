namespace AutoBuild.EndToEnd.RealAgents;

/// <summary>Tries the real command lines against a scripted model; the table in <c>docs/agents.md</c> shows which does what.</summary>
/// <remarks>A class for each, so that two of them run at a time. One row of all alone: <c>-preEnumerateTheories -explicit on -class "*CaseTests" -trait "case=stream cut"</c>.</remarks>
public abstract class AgentCaseTests(AgentBenchFixture shared) : IClassFixture<AgentBenchFixture>
{
    /// <summary>The cases of one command line: those of every <c>./test</c>, or the rest.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Rows(string agent, bool quick) =>
        from one in AgentMatrix.Cases
        where !one.Not.Keys.Any(other => other.Name == agent) && quick == one.Quick.Any(other => other.Name == agent)
        select new TheoryDataRow<string, string>(one.Name, agent).WithTrait("case", one.Name);

    private protected async Task TryAsync(string what, string name)
    {
        var one = AgentMatrix.Cases.Single(known => known.Name == what);
        var agent = AgentProgram.All.Single(known => known.Name == name);
        agent.Require();
        if (one.Configuration is null)
        {
            await one.Try(new AgentTrial(await shared.BenchAsync(), agent));
            return;
        }

        await using var bench = await AgentBench.StartAsync(one.Configuration);
        await one.Try(new AgentTrial(bench, agent));
    }
}

public sealed class ClaudeCaseTests(AgentBenchFixture shared) : AgentCaseTests(shared)
{
    [Theory]
    [MemberData(nameof(Rows), "claude", true)]
    public Task Holds(string what, string agent) => TryAsync(what, agent);

    /// <summary>Runs for minutes; <c>./test --long</c> takes it in.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Rows), "claude", false)]
    public Task Holds_too(string what, string agent) => TryAsync(what, agent);
}

public sealed class CodexCaseTests(AgentBenchFixture shared) : AgentCaseTests(shared)
{
    [Theory]
    [MemberData(nameof(Rows), "codex", true)]
    public Task Holds(string what, string agent) => TryAsync(what, agent);

    /// <summary>Runs for minutes; <c>./test --long</c> takes it in.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Rows), "codex", false)]
    public Task Holds_too(string what, string agent) => TryAsync(what, agent);
}

public sealed class OpenCodeCaseTests(AgentBenchFixture shared) : AgentCaseTests(shared)
{
    [Theory]
    [MemberData(nameof(Rows), "opencode", true)]
    public Task Holds(string what, string agent) => TryAsync(what, agent);

    /// <summary>Runs for minutes; <c>./test --long</c> takes it in.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Rows), "opencode", false)]
    public Task Holds_too(string what, string agent) => TryAsync(what, agent);
}

public sealed class GeminiCaseTests(AgentBenchFixture shared) : AgentCaseTests(shared)
{
    [Theory]
    [MemberData(nameof(Rows), "gemini", true)]
    public Task Holds(string what, string agent) => TryAsync(what, agent);

    /// <summary>Runs for minutes; <c>./test --long</c> takes it in.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Rows), "gemini", false)]
    public Task Holds_too(string what, string agent) => TryAsync(what, agent);
}

public sealed class QwenCaseTests(AgentBenchFixture shared) : AgentCaseTests(shared)
{
    [Theory]
    [MemberData(nameof(Rows), "qwen", true)]
    public Task Holds(string what, string agent) => TryAsync(what, agent);

    /// <summary>Runs for minutes; <c>./test --long</c> takes it in.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Rows), "qwen", false)]
    public Task Holds_too(string what, string agent) => TryAsync(what, agent);
}

/// <summary>Keeps one server for all cases that need none of their own.</summary>
public sealed class AgentBenchFixture : IAsyncDisposable
{
    private readonly Lazy<Task<AgentBench>> _bench = new(() => AgentBench.StartAsync());

    internal Task<AgentBench> BenchAsync() => _bench.Value;

    public async ValueTask DisposeAsync()
    {
        if (_bench.IsValueCreated)
        {
            await (await _bench.Value).DisposeAsync();
        }
    }
}
