using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

/// <summary>Ends runs whose budget is used up, with everything kept.</summary>
public sealed class BudgetTests
{
    [Fact]
    public async Task An_agent_is_stopped_in_its_turn_and_its_work_is_committed()
    {
        await using var bench = await RunBench.CreateAsync("write made.txt\n  half\nusage input=10 output=5 cost=0.25 turns=1\nhang\n");
        bench.Spec = bench.Spec with { Budget = new RunBudget { CostUsd = 0.20m } };

        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.AgentError, "agent_budget", false), (report.Outcome, report.Error!.Code, report.Error.Retry));
        Assert.Contains("$0.25; $0.20 were left", report.Error.Message, StringComparison.Ordinal);
        Assert.Equal("half\n", await bench.FileAsync("made.txt"));
        Assert.Equal((0.25m, CostSource.Agent), (report.Usage.CostUsd!.Value, report.Usage.CostSource!.Value));
    }

    /// <summary>The fix loop asks too: what was done is kept, and no further turn begins.</summary>
    [Fact]
    public async Task No_fix_round_begins_with_nothing_left()
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, "codex", "echo half > made.txt; cat \"$said/codex/success.jsonl\"");
        bench.Spec = bench.Spec with { Budget = new RunBudget { Tokens = 3320 }, Qa = RunBench.Check("test ! -e made.txt") };

        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.AgentError, "agent_budget", 1, 1), (report.Outcome, report.Error!.Code, report.QaRounds, program.Turns));
        Assert.Equal((null, 3320L), (report.Usage.CostUsd, report.Usage.UnpricedTokens));
        Assert.Equal("half\n", await bench.FileAsync("made.txt"));
    }

    /// <summary>Work that was finished with the last of the budget is checked and counts.</summary>
    [Fact]
    public async Task Finished_work_is_not_refused_for_what_it_cost()
    {
        await using var bench = await RunBench.CreateAsync("");
        _ = new StandInProgram(bench, "claude", "echo whole > made.txt; cat \"$said/claude/success.jsonl\"");
        bench.Spec = bench.Spec with { Budget = new RunBudget { CostUsd = 0.026m }, Qa = RunBench.Check("grep whole made.txt") };

        Assert.Equal(RunOutcome.Changed, (await bench.RunAsync()).Outcome);
    }

    [Fact]
    public async Task The_server_ends_an_agent_where_others_used_up_what_they_share()
    {
        await using var bench = await RunBench.CreateAsync("write made.txt\n  half\nprint here\nhang\n");
        var run = bench.RunAsync();
        await bench.WaitForAsync(what => what.Kind == RunEventKind.Message);

        bench.Control(RunControlKind.Budget, "The project has used what it may today.");

        var report = await run;
        Assert.Equal(("agent_budget", "The project has used what it may today."), (report.Error!.Code, report.Error.Message));
        Assert.Equal("half\n", await bench.FileAsync("made.txt"));
    }

    [Fact]
    public async Task Claude_is_told_what_is_left_and_counted_on_the_way()
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = new StandInProgram(bench, "claude", "echo $turn > made.txt; [ $turn = 2 ] || { cat \"$said/claude/success.jsonl\"; exit; }; grep -v '\"result\"' \"$said/claude/success.jsonl\"; sleep 100");
        bench.Spec = bench.Spec with { Budget = new RunBudget { CostUsd = 0.05m }, Qa = RunBench.Check("test ! -e made.txt") };

        var report = await bench.RunAsync();

        Assert.Equal(["0.05", "0.023"], new[] { 1, 2 }.Select(turn => program.Arguments(turn).SkipWhile(word => word != "--max-budget-usd").Skip(1).First()));
        // The first turn by the agent's word; of the second what its messages told, by our prices, until it was stopped.
        Assert.Equal(("agent_budget", 2), (report.Error!.Code, program.Turns));
        Assert.Equal((6300 + 6200, CostSource.Mixed), (report.Usage.InputTokens, report.Usage.CostSource!.Value));
        Assert.Equal("2\n", await bench.FileAsync("made.txt"));
    }
}
