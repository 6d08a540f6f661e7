using System.Text;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Tests.Orchestrator;

public sealed class RunOutputTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_log_is_read_in_parts_from_its_end_and_by_words()
    {
        await using var bench = await Bench.StartAsync();
        var output = bench.Get<RunOutput>();
        var job = await bench.EndAsync(await bench.SubmitAsync(await bench.AddProjectAsync(), "write new.txt hello"));
        var text = string.Concat(Enumerable.Range(1, 200_000).Select(n => $"line {n}\n")) + "no end";
        await File.WriteAllTextAsync(RunFolder.Of(bench.Data, job.Id, 1).AgentLog, text, Cancel);

        Assert.Equal("line 1\n", Encoding.UTF8.GetString((await output.LogAsync(job.Id, null, 0, 7, Cancel)).OrThrow().Bytes));
        Assert.Equal("line 2\n", Encoding.UTF8.GetString((await output.LogAsync(job.Id, 1, 7, 7, Cancel)).OrThrow().Bytes));
        Assert.Empty((await output.LogAsync(job.Id, 1, text.Length + 5, 7, Cancel)).OrThrow().Bytes);
        Assert.Equal(text.Length, (await output.LogAsync(job.Id, 1, 0, 0, Cancel)).OrThrow().Total);
        Assert.Equal("line 200000\nno end", Encoding.UTF8.GetString((await output.TailAsync(job.Id, null, 20, Cancel)).OrThrow().Bytes));
        var hits = (await output.SearchAsync(job.Id, null, "LINE 19999", 3, Cancel)).OrThrow();
        Assert.Equal([19999, 199990, 199991], hits.Select(hit => hit.Line));
        Assert.Equal(text.IndexOf("line 199990\n", StringComparison.Ordinal), hits[1].Offset);
        Assert.Equal("no end", Assert.Single((await output.SearchAsync(job.Id, null, "no end", 9, Cancel)).OrThrow()).Text);
        Assert.Equal("attempt_not_found", (await output.LogAsync(job.Id, 2, 0, 7, Cancel)).Refusal?.Code);
    }

    [Fact]
    public async Task Events_of_all_attempts_come_in_order_and_go_on_after_an_id()
    {
        await using var bench = await Bench.StartAsync();
        var output = bench.Get<RunOutput>();
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "once write new.txt hello");

        var followed = new List<RunLine>();
        await foreach (var lines in output.FollowAsync(job.Id, 0, Cancel))
        {
            followed.AddRange(lines);
        }

        var ended = (await bench.Store.GetJobAsync(job.Id, Cancel))!;
        var all = output.Events(ended, 0).ToList();
        Assert.Equal([(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)], all.Select(line => (line.Attempt, (int)line.Event.Seq)));
        Assert.Equal(all.Select(line => line.Id), followed.Select(line => line.Id));
        Assert.Equal(all.Skip(4).Select(line => line.Id), output.Events(ended, all[3].Id).Select(line => line.Id));
        Assert.Equal(JobState.Completed, ended.State);
    }

    [Fact]
    public async Task A_diff_shows_what_the_job_changed()
    {
        await using var bench = await Bench.StartAsync();
        var job = await bench.EndAsync(await bench.SubmitAsync(await bench.AddProjectAsync(), "write new.txt hello"));

        var diff = (await bench.Get<RunOutput>().DiffAsync(job.Id, Cancel)).OrThrow();

        Assert.Contains("+++ b/new.txt", diff, StringComparison.Ordinal);
        Assert.Contains("+hello", diff, StringComparison.Ordinal);
        Assert.DoesNotContain("base.txt", diff, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_has_not_run_has_empty_output()
    {
        await using var bench = await Bench.StartAsync();
        await bench.Store.SetQueuePausedAsync(true, Cancel);
        var job = await bench.SubmitAsync(await bench.AddProjectAsync(), "write new.txt hello");
        var output = bench.Get<RunOutput>();

        Assert.Equal(0, (await output.LogAsync(job.Id, null, 0, 10, Cancel)).OrThrow().Total);
        Assert.Empty(output.Events(job, 0));
        Assert.Equal("", (await output.DiffAsync(job.Id, Cancel)).OrThrow());
        Assert.Equal("job_not_found", (await output.DiffAsync(Guid.NewGuid(), Cancel)).Refusal?.Code);
    }
}
