using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

public sealed class FloodTests
{
    private const long Cap = 2_000_000;

    [Theory]
    [InlineData("head -c 20000000 /dev/zero | tr '\\0' x")]
    [InlineData("head -c 20000000 /dev/urandom")]
    [InlineData("(yes out | head -c 10000000) & (yes error | head -c 10000000 >&2); wait")]
    [InlineData("""yes '{"autobuild":"tool_result","name":"Read","text":"0123456789"}' | sed = | head -c 20000000""")]
    public async Task Whatever_is_printed_log_and_events_stay_small_and_begin_and_end_are_kept(string flood)
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with
        {
            Agent = RunBench.Command($"echo the beginning; {flood}; echo; echo the end; echo x > a.txt"),
            Limits = bench.Spec.Limits with { LogBytes = Cap, Repetitions = 0 },
        };

        Assert.Equal(RunOutcome.Changed, (await bench.RunAsync()).Outcome);
        Check(bench);
    }

    [Fact]
    public async Task A_check_may_flood_too()
    {
        await using var bench = await RunBench.CreateAsync("print the beginning\nwrite a.txt: x");
        bench.Spec = bench.Spec with
        {
            Qa = RunBench.Check("yes noise | head -c 20000000; head -c 5000000 /dev/zero; echo; echo the end"),
            Limits = bench.Spec.Limits with { LogBytes = Cap },
        };

        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.Changed, QaVerdict.Passed), (report.Outcome, report.Qa?.Verdict));
        Assert.InRange(new FileInfo(bench.Folder.Report).Length, 1, 100_000);
        Check(bench);
    }

    private static void Check(RunBench bench)
    {
        Assert.InRange(new FileInfo(bench.Folder.AgentLog).Length, Cap, Cap + 200);
        Assert.InRange(new FileInfo(bench.Folder.Events).Length, 1, 30_000_000);
        Assert.StartsWith("the beginning\n", bench.Log, StringComparison.Ordinal);
        Assert.Contains("\nthe end\n", bench.Log, StringComparison.Ordinal);
        Assert.Contains("bytes left out here", bench.Log, StringComparison.Ordinal);
    }
}
