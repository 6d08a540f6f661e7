using AutoBuild.Core.Runs;
using AutoBuild.Runner.Journal;

namespace AutoBuild.Tests.Runner;

public sealed class FullDiskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_fills_the_disk_of_its_own_files_ends_with_a_report_that_says_so()
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command("yes 0123456789 | head -c 50000000; sleep 300") };
        await using var disk = await SmallDisk.MountAsync(bench.Folder.Path, 2_000);

        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.AgentError, "disk_full", true), (report.Outcome, report.Error?.Code, report.Error?.Retry));
        Assert.StartsWith("No space is left", report.Error!.Message, StringComparison.Ordinal);
        var events = bench.Events;
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(e => (int)e.Seq));
    }

    [Fact]
    public async Task A_report_for_which_there_is_no_place_waits_for_space()
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command("echo done > done.txt") };
        await using var disk = await SmallDisk.MountAsync(bench.Folder.Path, 100);
        await File.WriteAllTextAsync(bench.Folder.Spec, new string(' ', 4096), Cancel);
        disk.Fill();

        var running = bench.RunAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Cancel);
        Assert.False(running.IsCompleted);
        disk.Clear();

        Assert.Equal("disk_full", (await running).Error?.Code);
    }

    [Theory]
    [InlineData("worktrees", "dd if=/dev/zero of=big bs=1M count=20; true")]
    [InlineData("repositories", "head -c 3000000 /dev/urandom > big")]
    public async Task Work_that_does_not_fit_ends_the_run_as_a_full_disk_and_stays_in_the_tree(string folder, string command)
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command("echo precious > first.txt; " + command) };
        await using var disk = await SmallDisk.MountAsync(Path.Combine(bench.Root, folder), 2_000);

        var report = await bench.RunAsync();

        Assert.True((report.Outcome, report.Error?.Code) == (RunOutcome.AgentError, "disk_full"), report.Error?.ToString());
        Assert.Equal("precious\n", await File.ReadAllTextAsync(Path.Combine(bench.Tree, "first.txt"), Cancel));
    }

    [Fact]
    public async Task Half_an_event_is_never_left_behind()
    {
        using var folder = new TempFolder();
        await using var disk = await SmallDisk.MountAsync(folder["disk"], 64);
        var failed = 0;
        using (var log = new EventLog(Path.Combine(folder["disk"], "events.ndjson"), TimeProvider.System, text => text, _ => failed++))
        {
            for (var n = 0; n < 100; n++)
            {
                log.Add(RunEventKind.Message, new string('x', 1500));
            }

            Assert.InRange(failed, 20, 80);
            log.Add(RunEventKind.Phase);
        }

        var lines = await File.ReadAllLinesAsync(Path.Combine(folder["disk"], "events.ndjson"), Cancel);
        Assert.All(lines, (line, index) => Assert.Equal(index + 1, AutoBuild.Core.Json.CoreJson.Read<RunEvent>(line).Seq));
    }
}
