using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Queue;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Follows an agent's session from job to job: what goes on in it, and when it is left.</summary>
public sealed class SessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The answer to a question goes on in the session that asked, an hour and a restart later.</summary>
    [Fact]
    public async Task A_question_answered_an_hour_later_goes_on_in_its_session()
    {
        await using var bench = await Bench.StartAsync();
        var asked = await bench.EndAsync(await bench.SubmitAsync(await bench.AddProjectAsync(), "ask red-or-blue"));
        await bench.StopServerAsync();
        await bench.StartServerAsync(new LaterClock());

        var told = (await bench.Get<Submission>().MessageAsync(asked.Id, "blue", "somebody", null, Cancel)).OrThrow();
        var next = await bench.EndAsync(told.Job);

        Assert.Equal((JobState.Completed, RunOutcome.NeedsInput, "red-or-blue?"), (asked.State, asked.Outcome, asked.Question));
        Assert.True(next.CreatedAt - asked.CompletedAt > TimeSpan.FromMinutes(59));
        var agent = Spec(bench, next).Agent!;
        Assert.Equal(("s1", "blue", 2), (agent.SessionId, agent.Message, agent.Turn));
        Assert.Equal("red-or-blue?", Assert.Single(agent.Earlier).Question);
        Assert.Equal(RunSession.Resumed, next.Session);
    }

    /// <summary>A session that failed twice in the same way is not gone on with; who continues is told what it left.</summary>
    [Fact]
    public async Task A_session_that_fails_twice_alike_is_left()
    {
        await using var bench = await Bench.StartAsync();
        var first = await bench.EndAsync(await bench.SubmitAsync(await bench.AddProjectAsync(), "sick"));
        var second = await AgainAsync(bench, first, "please");
        await bench.StopServerAsync();
        await bench.StartServerAsync();
        var third = await AgainAsync(bench, second, "once more");

        Assert.Equal(("agent_request_rejected", "s1"), (second.ErrorCode, Spec(bench, second).Agent!.SessionId));
        var agent = Spec(bench, third).Agent!;
        Assert.Null(agent.SessionId);
        Assert.Contains("Session s1 failed twice in the same way (agent_request_rejected)", agent.SessionLeft, StringComparison.Ordinal);
        Assert.Equal(["please", null], agent.Earlier.Select(run => run.Messages.SingleOrDefault()));
        Assert.All(agent.Earlier, run => Assert.Equal(("agent_error: Refused.", "I saw the light."), (run.Ended, run.Summary)));
    }

    private static async Task<Job> AgainAsync(Bench bench, Job job, string message) =>
        await bench.EndAsync((await bench.Get<Submission>().MessageAsync(job.Id, message, null, null, Cancel)).OrThrow().Job);

    private static RunSpec Spec(Bench bench, Job job) => CoreJson.Read<RunSpec>(File.ReadAllText(RunFolder.Of(bench.Data, job.Id, job.Attempt).Spec));

    /// <summary>The machine's clock, an hour on.</summary>
    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromHours(1);
    }
}
