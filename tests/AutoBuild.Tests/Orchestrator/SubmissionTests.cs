using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Queue;

namespace AutoBuild.Tests.Orchestrator;

public sealed class SubmissionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_could_never_run_is_refused_at_submit()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        var good = new NewJob { ProjectId = project.Id, TicketId = Guid.CreateVersion7(), Prompt = "write a.txt 1" };
        var cases = new Dictionary<string, NewJob>
        {
            ["agent_missing"] = good,
            ["unknown_agent"] = good with { Agent = "hal" },
            ["agent_command_missing"] = good with { Agent = "command" },
            ["agent_script_missing"] = good with { Agent = "scripted" },
            ["prompt_too_large"] = good with { Agent = "command", AgentCommand = "cat", Prompt = new string('x', Submission.LongestPrompt + 1) },
            ["executor_missing"] = good with { Agent = "command", AgentCommand = "cat", Executor = Executor.GithubActions },
            ["project_not_found"] = good with { Agent = "command", AgentCommand = "cat", ProjectId = Guid.NewGuid() },
        };

        foreach (var (code, wanted) in cases)
        {
            Assert.Equal(code, (await bench.Get<Submission>().SubmitAsync(wanted, null, Cancel)).Refusal?.Code);
        }

        Assert.Null(await bench.Store.GetTicketAsync(good.TicketId, Cancel));
    }

    [Fact]
    public async Task A_prompt_of_a_megabyte_is_taken()
    {
        await using var bench = await Bench.StartAsync();
        await bench.Store.SetQueuePausedAsync(true, Cancel);
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), new string('x', 1 << 20));

        Assert.Equal(1 << 20, job.Prompt.Length);
    }

    [Fact]
    public async Task A_message_to_nobody_is_refused()
    {
        await using var bench = await Bench.StartAsync();
        await bench.Store.SetQueuePausedAsync(true, Cancel);
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "write a.txt 1");
        var submission = bench.Get<Submission>();

        Assert.Equal("job_not_started", (await submission.MessageAsync(job.Id, "hello", null, null, Cancel)).Refusal?.Code);
        Assert.Equal("message_empty", (await submission.MessageAsync(job.Id, " ", null, null, Cancel)).Refusal?.Code);
        Assert.Equal(RefusalKind.NotFound, (await submission.MessageAsync(Guid.NewGuid(), "hello", null, null, Cancel)).Refusal?.Kind);
        Assert.Equal("job_not_found", (await submission.RetryAsync(Guid.NewGuid(), null, null, Cancel)).Refusal?.Code);
    }
}
