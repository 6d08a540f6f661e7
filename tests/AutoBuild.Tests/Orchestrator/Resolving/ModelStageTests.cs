using AutoBuild.Configuration;
using AutoBuild.Core.Spending;
using AutoBuild.Merge;
using AutoBuild.Orchestrator.Resolving;
using static AutoBuild.Tests.Orchestrator.Resolving.ModelBench;

namespace AutoBuild.Tests.Orchestrator.Resolving;

/// <summary>Asks about one conflict, and judges what becomes of each kind of answer.</summary>
public sealed class ModelStageTests
{
    private const string Both = "        var total = price * count - rebate;\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ModelProvider.Anthropic, "/v1/messages")]
    [InlineData(ModelProvider.Openai, "/v1/chat/completions")]
    public async Task A_text_that_came_out_the_same_twice_is_taken_and_paid(ModelProvider provider, string path)
    {
        await using var bench = await ModelBench.StartAsync([Says("text", Both), Says("text", $"{Both.TrimEnd()}  \r\n")], provider);

        var resolution = await bench.ResolveAsync(Conflicts.Modified);
        var chunk = resolution.Files[0].Chunks[0];

        Assert.Equal((Both, MergeTier.C, ResolveStage.Model, null), (chunk.Text, chunk.Tier, chunk.Stage, resolution.Stopped));
        Assert.Equal([("text", 0.003m), ("text", 0.003m)], chunk.Proposals.Select(proposal => (proposal.Rule, proposal.CostUsd!.Value)));
        Assert.Equal([path, path], bench.Requests.Select(request => request.Path));
        var used = await bench.UsedAsync();
        Assert.Equal((2000L, 200L, 0.006m), (used.InputTokens, used.OutputTokens, used.CostUsd!.Value));
        var row = Assert.Single(await bench.Store.GetUsageAsync(new UsageQuery(UsageGroup.Agent, TicketId: bench.Job.TicketId), Cancel));
        Assert.Equal(("merge", 2200L), (row.Key, row.Usage.Tokens));
        Assert.Empty(await bench.Store.CheckInvariantsAsync(Cancel));
    }

    [Fact]
    public async Task Whole_sides_and_lines_are_chosen_by_where_they_are_shown_and_the_second_time_they_are_shown_the_other_way_round()
    {
        await using var bench = await ModelBench.StartAsync([Says("a_then_b"), Says("b_then_a"), Says("mix", "", "x", "B1", "A1"), Says("mix", "", "x", "A1-1,B1")]);

        var concatenated = await bench.ResolveOneAsync(Conflicts.Added);
        var mixed = await bench.ResolveOneAsync(Conflicts.Added);

        Assert.Equal(("        count += price;\n        rebate += price;\n", "both"), (concatenated.Text, concatenated.Proposals[1].Rule));
        Assert.Equal("        rebate += price;\n        count += price;\n", mixed.Text);
        Assert.Contains("A1|         count", bench.Requests[0].Text, StringComparison.Ordinal);
        Assert.Contains("A1|         rebate", bench.Requests[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_answers_that_differ_go_to_a_person_with_both()
    {
        await using var bench = await ModelBench.StartAsync([Says("a_then_b"), Says("a_then_b")]);

        var chunk = await bench.ResolveOneAsync(Conflicts.Added);

        Assert.Equal((null, MergeTier.D, 2), (chunk.Text, chunk.Tier, chunk.Proposals.Count));
        Assert.NotEqual(chunk.Proposals[0].Text, chunk.Proposals[1].Text);
    }

    [Theory]
    [InlineData("a", "lacks what the branch added: '-', 'rebate'")]
    [InlineData("b", "lacks what the target added: '*', 'count'")]
    [InlineData("base", "lacks what the target added")]
    [InlineData("a_then_b", "more often than both changes together explain: '=', 'price', 'total', 'var'")]
    public async Task A_choice_that_drops_or_doubles_a_change_goes_to_a_person_and_is_not_asked_for_again(string choice, string fault)
    {
        await using var bench = await ModelBench.StartAsync([Says(choice)]);

        var chunk = await bench.ResolveOneAsync(Conflicts.Modified);

        Assert.Equal((null, MergeTier.D), (chunk.Text, chunk.Tier));
        Assert.Contains(fault, string.Join(' ', Assert.Single(chunk.Proposals).Faults), StringComparison.Ordinal);
        Assert.Contains(chunk.Proposals[0].Faults[0], chunk.Why, StringComparison.Ordinal);
        Assert.Single(bench.Requests);
    }

    [Theory]
    [InlineData("        var total = price * count - rebate + tax;\n", "none of the three versions of the file: '+', 'tax'")]
    [InlineData("        var total = price - rebate;\n", "lacks what the target added: '*', 'count'")]
    [InlineData("        var total = (price * count - rebate;\n", "Brackets would not close in the file: '()'")]
    [InlineData("<<<<<<< ours\n        var total = price * count - rebate;\n", "looks like a conflict marker")]
    public async Task A_text_that_invents_loses_or_breaks_goes_to_a_person(string text, string fault)
    {
        await using var bench = await ModelBench.StartAsync([Says("text", text)]);

        var chunk = await bench.ResolveOneAsync(Conflicts.Modified);

        Assert.Null(chunk.Text);
        Assert.Contains(fault, string.Join(' ', chunk.Proposals[0].Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_target_took_away_does_not_come_back()
    {
        await using var bench = await ModelBench.StartAsync([Says("b")]);

        var chunk = await bench.ResolveOneAsync(Conflicts.Of("        count = 1;\n", "", "        count = 1 - rebate;\n"));

        Assert.Null(chunk.Text);
        Assert.Contains("brings back what the target took away: '1', '=', 'count'", chunk.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_who_is_not_sure_is_taken_at_its_word()
    {
        await using var bench = await ModelBench.StartAsync([Says("unsure", reason: "Two prices are possible.")]);

        var chunk = await bench.ResolveOneAsync(Conflicts.Modified);

        Assert.Equal((null, "The model is not sure: Two prices are possible."), (chunk.Text, chunk.Why));
        Assert.Empty(chunk.Proposals);
    }

    [Fact]
    public async Task Nonsense_is_repaired_once_and_paid_for()
    {
        await using var bench = await ModelBench.StartAsync([new() { ["text"] = "I would keep both of them." }, Says("a_then_b"), new() { ["text"] = "```json\n{\"choice\": \"B_then_A\", \"lines\": [], \"text\": \"\",}\n```" }]);

        var chunk = await bench.ResolveOneAsync(Conflicts.Added);

        Assert.NotNull(chunk.Text);
        Assert.Equal(3, bench.Requests.Count);
        Assert.Contains("it holds no JSON object", bench.Requests[1].Text, StringComparison.Ordinal);
        Assert.Equal(1320, (await bench.UsedAsync()).Tokens);
    }

    [Theory]
    [InlineData("""{"text": "no"}""")]
    [InlineData("""{"text": "{\"choice\": \"all of it\"}"}""")]
    [InlineData("""{"text": "{\"choice\": \"mix\", \"lines\": [\"A7\"]}"}""")]
    [InlineData("""{"text": "{\"choice\": \"mix\", \"lines\": []}"}""")]
    [InlineData("""{"text": "{\"choice\": \"mix\", \"lines\": [\"the first\"]}"}""")]
    [InlineData("""{"text": "{\"choice\": 3"}""")]
    [InlineData("""{"text": "{\"choice\": \"text\"}"}""")]
    [InlineData("""{"text": "[{}]"}""")]
    [InlineData("""{"text": ""}""")]
    [InlineData("""{"fault": "malformed"}""")]
    public async Task Nonsense_twice_goes_to_a_person_and_the_next_conflict_is_asked_about(string nonsense)
    {
        await using var bench = await ModelBench.StartAsync([Step(nonsense), Step(nonsense), Says("a_then_b"), Says("b_then_a")]);

        var resolution = await bench.ResolveAsync(Conflicts.Added, Conflicts.Added);

        Assert.Equal([null, "        count += price;\n        rebate += price;\n"], resolution.Files.Select(file => file.Chunks[0].Text));
        Assert.Contains("can't be", resolution.Files[0].Chunks[0].Why, StringComparison.Ordinal);
        Assert.Null(resolution.Stopped);
    }

    [Fact]
    public async Task A_conflict_that_is_too_long_is_not_asked_about()
    {
        await using var bench = await ModelBench.StartAsync([]);
        var lines = string.Concat(Enumerable.Range(0, 3000).Select(line => $"        count += {line};\n"));

        var chunk = await bench.ResolveOneAsync(Conflicts.Of("", lines, "        price += 1;\n"));

        Assert.Equal((null, "The conflict is too long to ask a model about."), (chunk.Text, chunk.Why));
        Assert.Empty(bench.Requests);
    }

    [Fact]
    public async Task Without_a_model_nothing_is_asked_and_that_is_said()
    {
        await using var bench = await ModelBench.StartAsync([], settings: settings => settings with { Models = new() });

        var resolution = await bench.ResolveAsync(Conflicts.Modified);

        Assert.Equal("No model is configured: set ANTHROPIC_API_KEY, or models.merge.", resolution.Stopped);
        Assert.Equal((null, MergeTier.D, resolution.Stopped), (resolution.Files[0].Chunks[0].Text, resolution.Files[0].Chunks[0].Tier, resolution.Files[0].Chunks[0].Why));
    }

    [Fact]
    public async Task Lines_keep_the_breaks_of_the_file()
    {
        await using var bench = await ModelBench.StartAsync([Says("text", Both), Says("text", Both.TrimEnd())]);
        static string Crlf(string text) => text.ReplaceLineEndings("\r\n");

        var chunk = await bench.ResolveOneAsync(Conflicts.Of(
            Crlf("        var total = price;\n"), Crlf("        var total = price * count;\n"), Crlf("        var total = price - rebate;\n"), Crlf(Conflicts.Before), Crlf(Conflicts.After)));

        Assert.Equal(Crlf(Both), chunk.Text);
    }
}
