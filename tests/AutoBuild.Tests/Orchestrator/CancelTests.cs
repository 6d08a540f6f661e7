using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

public sealed class CancelInNamespaceTests() : CancelTests(Confinement.Namespace);

public sealed class CancelWithoutNamespaceTests() : CancelTests(Confinement.Sweep);

/// <summary>Cancels a job in each of its phases, while something deaf to signals holds it there and every kind of daemon was left behind: real runner, real git.</summary>
public abstract class CancelTests(Confinement confinement)
{
    private const string Deaf = "trap '' INT TERM HUP; while :; do sleep 1; done";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("preparing")]
    [InlineData("setup")]
    [InlineData("agent")]
    [InlineData("committing")]
    [InlineData("check")]
    [InlineData("fix")]
    [InlineData("teardown")]
    [InlineData("halted")]
    public async Task A_cancel_ends_all_of_it(string phase)
    {
        var hostile = new Hostile();
        await using var bench = await Bench.StartAsync(WithRunner);
        await HoldGitAsync(bench, hostile, phase switch { "preparing" => "", "committing" => " add ", var _ => null });
        await bench.CommitAsync(".autobuild.yaml", Recipe(phase, hostile));
        var project = await bench.AddProjectAsync();
        var job = await bench.SubmitAsync(project, "work", wanted => wanted with { AgentCommand = Agent(phase, hostile) });
        await hostile.StartedAsync();
        if (phase == "halted")
        {
            Run.Find(RunFolder.Of(bench.Data, job.Id, 1), job.Id).Process!.Halt();
        }

        var asked = TimeProvider.System.GetTimestamp();
        Assert.Equal(JobState.Cancelling, (await bench.Get<Cancellation>().CancelAsync(job.Id, "no longer wanted", Stop)).OrThrow().State);
        var ended = await bench.EndAsync(job);

        // At the moment it shows as ended.
        Assert.Empty(hostile.Alive);
        Assert.Empty(ProcessSweep.Find(job.Id.ToString()));
        Assert.Equal((JobState.Cancelled, "no longer wanted", 1), (ended.State, ended.CancelReason, ended.Attempt));
        Within(10, asked);
    }

    [Fact]
    public async Task An_ejected_landing_ends_its_check()
    {
        var hostile = new Hostile();
        await using var bench = await Bench.StartAsync(WithRunner);
        var mine = Path.Combine(bench.Root, "landing");
        await bench.CommitAsync(".autobuild.yaml", $"qa:\n  - name: test\n    command: |\n      if [ -e {mine} ]; then {hostile.Script} {Deaf}; fi\n");
        var project = await bench.AddProjectAsync();
        var job = await bench.EndAsync(await bench.SubmitAsync(project, "work", wanted => wanted with { AgentCommand = "echo x > a.txt" }));
        Assert.Equal((JobState.Completed, null), (job.State, job.ErrorMessage));
        await bench.CommitAsync("other.txt", "the tip moved, so the work is checked again\n");
        await File.WriteAllTextAsync(mine, "", Stop);
        var landing = (await bench.Get<LandingDesk>().ApproveAsync(job.Id, "somebody", Stop)).OrThrow();
        await hostile.StartedAsync();

        var asked = TimeProvider.System.GetTimestamp();
        Assert.Equal(LandingState.Ejected, (await bench.Get<LandingDesk>().EjectAsync(landing.Id, "no longer wanted", Stop)).OrThrow().State);

        await bench.UntilAsync(() => Task.FromResult(hostile.Alive.Count == 0 && ProcessSweep.Find(landing.Id.ToString()).Count == 0 ? "" : null), _ => true);
        Within(10, asked);
    }

    // The runner's PATH has a git of ours first, which can be made to hang.
    private OrchestratorOptions WithRunner(OrchestratorOptions options) => options with
    {
        RunnerCommand = ["/bin/sh", "-c", $"PATH={options.DataDirectory}/bin:$PATH exec dotnet {Path.Combine(AppContext.BaseDirectory, "autobuild.dll")} \"$@\"{(confinement == Confinement.Sweep ? " --sweep" : "")}", "sh"],
    };

    private static async Task HoldGitAsync(Bench bench, Hostile hostile, string? word)
    {
        if (word is null)
        {
            return;
        }

        var git = Path.Combine(bench.Data, "bin", "git");
        Directory.CreateDirectory(Path.GetDirectoryName(git)!);
        await File.WriteAllTextAsync(git, $"#!/bin/sh\ncase \" $* \" in *'{word}'*) {hostile.Script} {Deaf};; esac\nexec {Executable.Find("git")} \"$@\"\n", Stop);
        File.SetUnixFileMode(git, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string Recipe(string phase, Hostile hostile) => phase switch
    {
        "setup" => $"setup:\n  - |\n    {hostile.Script} {Deaf}\n",
        "check" => $"qa:\n  - name: test\n    command: |\n      {hostile.Script} {Deaf}\n",
        "fix" => "qa:\n  - name: test\n    command: test ! -e a.txt\n",
        "teardown" => $"teardown:\n  - |\n    {hostile.Script} {Deaf}\n",
        var _ => "qa: []\n",
    };

    private static string Agent(string phase, Hostile hostile) => phase switch
    {
        "agent" or "halted" => $"{hostile.Script} {Deaf}",
        "fix" => $"if [ $AUTOBUILD_TRIGGER = fix ]; then {hostile.Script} {Deaf}; fi; echo x > a.txt",
        var _ => "echo x > a.txt",
    };

    // The promise is for a machine that is not overloaded; here it may be.
    private static void Within(int seconds, long since) => Assert.InRange(TimeProvider.System.GetElapsedTime(since).TotalSeconds, 0, 3 * seconds);
}
