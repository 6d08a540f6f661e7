using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Tests.Api;

public sealed class UsageEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task What_was_used_is_told_by_heading_and_in_all()
    {
        var job = await server.MakeJobAsync();
        var today = TimeProvider.System.GetUtcNow();
        await server.Server.Services.GetRequiredService<IStore>().CountUsageAsync(job, 1,
        [
            new UsageTold(1, today, "claude-opus-4-8", "s", new RunUsage { InputTokens = 100, CachedInputTokens = 40, OutputTokens = 10, CostUsd = 0.25m, CostSource = CostSource.Agent }),
            new UsageTold(2, today, null, null, new RunUsage { InputTokens = 7, UnpricedTokens = 7 }),
        ], TestContext.Current.CancellationToken);

        var models = (await server.As(ApiServer.Viewer).GetAsync($"usage?project_id={server.Project}&group_by=model")).Did(200);
        var rows = models.Json["rows"]!.AsArray();
        Assert.Equal(["", "claude-opus-4-8"], rows.Select(row => (string?)row!["key"]));
        Assert.Null(rows[0]!["usage"]!["cost_usd"]);
        Assert.Equal(("agent", 0.25m, 40L), ((string?)rows[1]!["usage"]!["cost_source"], rows[1]!["usage"]!["cost_usd"]!.GetValue<decimal>(), rows[1]!["usage"]!["cached_input_tokens"]!.GetValue<long>()));
        Assert.Equal((107L, 7L), (models.Json["total"]!["input_tokens"]!.GetValue<long>(), models.Json["total"]!["unpriced_tokens"]!.GetValue<long>()));

        var day = today.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(day, (string?)(await server.Calls.GetAsync($"usage?from={day}&to={day}")).Did(200).Json["rows"]![0]!["key"]);
        Assert.Equal("shared", (string?)(await server.Calls.GetAsync("usage?group_by=project")).Did(200).Json["rows"]![0]!["name"]);
        Assert.Empty((await server.Calls.GetAsync($"usage?ticket_id={Guid.NewGuid()}")).Did(200).Json["rows"]!.AsArray());
        Assert.Equal(0.25m, (await server.Calls.GetAsync($"jobs/{job}")).Did(200).Json["usage"]!["cost_usd"]!.GetValue<decimal>());
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-13-01", "to")]
    [InlineData("group_by=mood", "group_by")]
    [InlineData("project_id=1", "project_id")]
    public async Task What_cannot_be_asked_is_refused(string query, string field) =>
        Assert.NotNull((await server.Calls.GetAsync($"usage?{query}")).Did(400).Json["errors"]![field]);
}
