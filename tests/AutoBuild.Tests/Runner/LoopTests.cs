using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

public sealed class LoopTests
{
    private const string Call = """echo '{"autobuild":"tool","name":"Read","text":"a.txt"}'; echo '{"autobuild":"tool_result","name":"Read","text":"one"}'""";

    [Fact]
    public async Task An_agent_in_a_circle_is_ended_and_its_work_is_kept()
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command($"echo kept > kept.txt; while true; do {Call}; done") };

        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.AgentError, "agent_repeats", false), (report.Outcome, report.Error?.Code, report.Error?.Retry));
        Assert.Contains("Read a.txt", report.Error!.Message, StringComparison.Ordinal);
        Assert.Equal("kept\n", await bench.FileAsync("kept.txt"));
    }

    [Theory]
    [InlineData("echo still the same", null)]
    [InlineData(Call, "agent_stuck")]
    public async Task What_brings_nothing_new_is_reported_and_repeated_calls_end_it(string act, string? code)
    {
        await using var bench = await RunBench.CreateAsync("");
        // A cycle of 20 different calls, which the count of repetitions does not see.
        var command = $"for i in $(seq 60); do for n in $(seq 20); do {act.Replace("a.txt", "'$n'", StringComparison.Ordinal)}; done; sleep 0.05; done; echo x > x.txt";
        bench.Spec = bench.Spec with { Agent = RunBench.Command(command), Limits = bench.Spec.Limits with { NoProgressSeconds = 1 } };

        var report = await bench.RunAsync();

        Assert.Equal(code, report.Error?.Code);
        Assert.Equal(code is null ? RunOutcome.Changed : RunOutcome.AgentError, report.Outcome);
        Assert.Single(bench.Events, told => told.Kind == RunEventKind.Warning && told.Text!.Contains(code is null ? "printed nothing new" : "nothing that it had not done", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_build_that_prints_the_same_and_writes_files_gets_on()
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with
        {
            Agent = RunBench.Command("for i in $(seq 60); do for n in $(seq 20); do echo Compiling; done; mkdir -p obj; echo $i > obj/$i.o; sleep 0.05; done"),
            Limits = bench.Spec.Limits with { NoProgressSeconds = 1 },
        };

        Assert.Equal(RunOutcome.Changed, (await bench.RunAsync()).Outcome);
        Assert.DoesNotContain(bench.Events, told => told.Kind == RunEventKind.Warning);
    }
}
