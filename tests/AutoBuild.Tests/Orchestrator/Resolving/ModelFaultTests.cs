using AutoBuild.Configuration;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Spending;
using static AutoBuild.Tests.Orchestrator.Resolving.ModelBench;

namespace AutoBuild.Tests.Orchestrator.Resolving;

/// <summary>Asks a model that does not answer, or may not be paid: nothing breaks, nothing waits for long, and what happened is said.</summary>
public sealed class ModelFaultTests
{
    [Theory]
    [InlineData(ModelProvider.Anthropic)]
    [InlineData(ModelProvider.Openai)]
    public async Task A_provider_that_asks_for_patience_gets_it(ModelProvider provider)
    {
        await using var bench = await ModelBench.StartAsync([Step("""{"fault": "status", "status": 429, "retry_after": 0}"""), Step("""{"fault": "status", "status": 500, "headers": {"retry-after": "0"}}"""), Says("a_then_b"), Says("b_then_a")], provider);

        Assert.NotNull((await bench.ResolveOneAsync(Conflicts.Added)).Text);
        Assert.Equal(4, bench.Requests.Count);
    }

    [Theory]
    [InlineData("""{"fault": "status", "status": 429, "retry_after": 3600, "message": "slowly"}""", 1, "takes no more requests for now (3600 s): slowly")]
    [InlineData("""{"fault": "status", "status": 500, "retry_after": 0, "times": 9}""", 3, "failed: scripted 500")]
    [InlineData("""{"fault": "status", "status": 529, "retry_after": 0, "times": 9}""", 3, "failed: scripted 529")]
    [InlineData("""{"fault": "status", "status": 401, "message": "invalid key key-of-anthropic"}""", 1, "refused the key: invalid key ***")]
    [InlineData("""{"fault": "status", "status": 400, "times": 9, "message": "too long"}""", 2, "failed: too long")]
    [InlineData("""{"fault": "status", "status": 302, "headers": {"location": "/elsewhere"}}""", 1, "failed")]
    public async Task A_provider_that_does_not_answer_stops_the_stage_for_all_that_is_left(string fault, int requests, string says)
    {
        await using var bench = await ModelBench.StartAsync([Step(fault)]);

        var resolution = await bench.ResolveAsync(Conflicts.Added, Conflicts.Modified);

        Assert.Contains(says, resolution.Stopped, StringComparison.Ordinal);
        Assert.All(resolution.Files, file => Assert.Null(file.Chunks[0].Text));
        Assert.All(resolution.Files, file => Assert.Equal(resolution.Stopped, file.Chunks[0].Why));
        Assert.Equal(requests, bench.Requests.Count);
    }

    [Theory]
    [InlineData(ModelProvider.Anthropic)]
    [InlineData(ModelProvider.Openai)]
    public async Task Silence_ends_by_the_time_that_was_set(ModelProvider provider)
    {
        var clock = new FakeClock();
        await using var bench = await ModelBench.StartAsync([Step("""{"fault": "hang", "seconds": 600}""")], provider, time: clock);

        var resolving = bench.ResolveAsync(Conflicts.Added, Conflicts.Added);
        await bench.AskedAsync(1);
        clock.Advance(TimeSpan.FromSeconds(60));
        var resolution = await resolving;

        Assert.Contains("did not answer in", resolution.Stopped, StringComparison.Ordinal);
        Assert.Single(bench.Requests);
    }

    [Fact]
    public async Task All_answers_together_have_a_time_too()
    {
        var clock = new FakeClock();
        await using var bench = await ModelBench.StartAsync(
            [Says("a_then_b"), Step("""{"fault": "hang", "seconds": 600}""")], settings: WithMerge(merge => merge with { Timeout = TimeSpan.FromHours(1) }), time: clock);

        var resolving = bench.ResolveAsync(Conflicts.Added, Conflicts.Added);
        await bench.AskedAsync(2);
        clock.Advance(TimeSpan.FromMinutes(5));
        var resolution = await resolving;

        Assert.NotNull(resolution.Stopped);
        Assert.Contains("could not be asked a second time", resolution.Files[0].Chunks[0].Why, StringComparison.Ordinal);
        Assert.Single(resolution.Files[0].Chunks[0].Proposals);
    }

    [Fact]
    public async Task Nobody_at_the_address_stops_the_stage()
    {
        await using var bench = await ModelBench.StartAsync([], settings: WithMerge(merge => merge with { BaseUrl = "http://127.0.0.1:1/", MaxTime = TimeSpan.FromSeconds(0.5) }));

        Assert.Contains("can't be reached", (await bench.ResolveAsync(Conflicts.Added)).Stopped, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelProvider.Anthropic, "max_tokens", "was cut")]
    [InlineData(ModelProvider.Openai, "length", "was cut")]
    [InlineData(ModelProvider.Anthropic, "refusal", "declined to answer")]
    [InlineData(ModelProvider.Openai, "content_filter", "declined to answer")]
    public async Task An_answer_that_was_cut_or_declined_is_paid_and_the_next_conflict_is_asked_about(ModelProvider provider, string stop, string says)
    {
        await using var bench = await ModelBench.StartAsync([Step($$"""{"text": "{\"choice\": \"a_th", "stop": "{{stop}}"}"""), Says("a_then_b"), Says("b_then_a")], provider);

        var resolution = await bench.ResolveAsync(Conflicts.Added, Conflicts.Added);

        Assert.Contains(says, resolution.Files[0].Chunks[0].Why, StringComparison.Ordinal);
        Assert.NotNull(resolution.Files[1].Chunks[0].Text);
        Assert.Equal(2310, (await bench.UsedAsync()).Tokens);
    }

    [Fact]
    public async Task A_service_that_knows_no_schema_is_asked_without()
    {
        await using var bench = await ModelBench.StartAsync([Step("""{"fault": "status", "status": 400}"""), Says("a_then_b"), Says("b_then_a")], ModelProvider.Openai);

        Assert.NotNull((await bench.ResolveOneAsync(Conflicts.Added)).Text);
        Assert.Equal([true, false, false], bench.Requests.Select(request => request.Body!["response_format"] is not null));
    }

    [Theory]
    [InlineData(0.0, 200_000L, 0)]
    [InlineData(0.01, 200_000L, 1)]
    [InlineData(1.0, 1_500L, 0)]
    [InlineData(1.0, 2_500L, 1)]
    public async Task A_cap_of_the_landing_stops_before_it_is_passed(double dollars, long tokens, int requests)
    {
        await using var bench = await ModelBench.StartAsync([Says("a_then_b"), Says("b_then_a")], settings: settings => settings with { Landing = new() { MaxModelCostUsd = (decimal)dollars, MaxModelTokens = tokens } });

        var resolution = await bench.ResolveAsync(Conflicts.Added);

        Assert.Contains("landing.max_model_cost_usd", resolution.Stopped, StringComparison.Ordinal);
        Assert.Null(resolution.Files[0].Chunks[0].Text);
        Assert.Equal(requests, bench.Requests.Count);
        Assert.InRange((await bench.UsedAsync()).CostUsd ?? 0, 0, (decimal)dollars);
    }

    [Fact]
    public async Task The_tickets_budget_is_asked_before_each_question_and_an_answer_is_no_longer_than_it_pays()
    {
        await using var bench = await ModelBench.StartAsync([Says("a_then_b"), Says("b_then_a")], queue: new QueueOptions { Budget = new Budget { PerTicket = 0.01m } });

        var resolution = await bench.ResolveAsync(Conflicts.Added);

        Assert.NotNull(resolution.Stopped);
        Assert.InRange((int)Assert.Single(bench.Requests).Body!["max_tokens"]!, 500, 1100);
    }

    [Fact]
    public async Task Tries_of_one_landing_share_its_cap_over_restarts()
    {
        await using var bench = await ModelBench.StartAsync([Says("a_then_b"), Says("b_then_a"), Says("a_then_b")], settings: settings => settings with { Landing = new() { MaxModelTokens = 4_500 } });

        Assert.NotNull((await bench.ResolveOneAsync(Conflicts.Added)).Text);
        Assert.Null((await bench.ResolveOneAsync(Conflicts.Added)).Text);
        Assert.Equal(3, bench.Requests.Count);
    }

    [Fact]
    public async Task A_model_without_a_price_is_bounded_by_tokens()
    {
        await using var bench = await ModelBench.StartAsync(
            [Says("a_then_b"), Says("b_then_a")], settings: settings => settings with { Models = settings.Models with { Name = "own-model" }, Landing = new() { MaxModelTokens = 2_500 } });

        Assert.NotNull((await bench.ResolveAsync(Conflicts.Added)).Stopped);
        Assert.Equal((1100L, null), ((await bench.UsedAsync()).UnpricedTokens, (await bench.UsedAsync()).CostUsd));
    }

    private static Func<Settings, Settings> WithMerge(Func<MergeModelSettings, MergeModelSettings> change) =>
        settings => settings with { Models = settings.Models with { Merge = change(settings.Models.Merge) } };
}
