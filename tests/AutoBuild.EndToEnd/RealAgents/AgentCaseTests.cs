namespace AutoBuild.EndToEnd.RealAgents;

/// <summary>Tries the real command lines against a scripted model; the table in <c>docs/agents.md</c> shows which does what.</summary>
/// <remarks>One row alone: <c>-preEnumerateTheories -explicit on -trait "agent=codex" -trait "case=stream cut"</c>.</remarks>
public sealed class AgentCaseTests(AgentBenchFixture shared) : IClassFixture<AgentBenchFixture>
{
    public static IReadOnlyList<TheoryDataRow<string, string>> Quick { get; } = Rows((one, agent) => one.Quick.Contains(agent));

    public static IReadOnlyList<TheoryDataRow<string, string>> Rest { get; } = Rows((one, agent) => !one.Quick.Contains(agent));

    [Theory]
    [MemberData(nameof(Quick))]
    public Task Holds_with(string what, string agent) => TryAsync(what, agent);

    /// <summary>Runs for minutes; <c>./test --long</c> takes it in.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Rest))]
    public Task Holds_too_with(string what, string agent) => TryAsync(what, agent);

    private static IReadOnlyList<TheoryDataRow<string, string>> Rows(Func<AgentCase, AgentProgram, bool> fits) =>
        [.. from agent in AgentProgram.All from one in AgentMatrix.Cases where !one.Not.ContainsKey(agent) && fits(one, agent) select new TheoryDataRow<string, string>(one.Name, agent.Name).WithTrait("agent", agent.Name).WithTrait("case", one.Name)];

    private async Task TryAsync(string what, string name)
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
