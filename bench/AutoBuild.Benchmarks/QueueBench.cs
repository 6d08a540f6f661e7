using System.Diagnostics;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sqlite;

namespace AutoBuild.Benchmarks;

/// <summary>Measures the embedded queue at the store: enqueue, claim and completion, with and without surviving a power cut.</summary>
internal static class QueueBench
{
    private const int Projects = 100;
    private const int Threads = 12;
    private const int OneByOne = 300;
    private const int Together = 3000;

    public static async Task RunAsync(TextWriter output)
    {
        var rounds = new List<(Round Full, Round Normal)>();
        for (var round = 0; round < 3; round++)
        {
            rounds.Add((await MeasureAsync(durable: true).ConfigureAwait(false), await MeasureAsync(durable: false).ConfigureAwait(false)));
        }

        await output.WriteLineAsync($"Median of {rounds.Count} interleaved rounds, per second; {Together} jobs of {Projects} projects wait.\n").ConfigureAwait(false);
        await output.WriteLineAsync("| | FULL | NORMAL | FULL / NORMAL |\n|---|---|---|---|").ConfigureAwait(false);
        await WriteAsync(output, "enqueue, one by one", rounds, round => round.EnqueueOne).ConfigureAwait(false);
        await WriteAsync(output, $"enqueue, {Threads} at once", rounds, round => round.EnqueueTogether).ConfigureAwait(false);
        await WriteAsync(output, "claim and complete, one by one", rounds, round => round.RunOne).ConfigureAwait(false);
        await WriteAsync(output, $"claim and complete, {Threads} at once", rounds, round => round.RunTogether).ConfigureAwait(false);
        await WriteAsync(output, $"jobs a commit, {Threads} enqueue", rounds, round => round.Group).ConfigureAwait(false);
    }

    private static async Task WriteAsync(TextWriter output, string what, List<(Round Full, Round Normal)> rounds, Func<Round, double> value)
    {
        var full = new Figures(rounds.Select(round => value(round.Full))).Median;
        var normal = new Figures(rounds.Select(round => value(round.Normal))).Median;
        await output.WriteLineAsync($"| {what} | {Figures.Text(full)} | {Figures.Text(normal)} | {Figures.Text(full / normal)} |").ConfigureAwait(false);
    }

    private static async Task<Round> MeasureAsync(bool durable)
    {
        var directory = Directory.CreateTempSubdirectory("autobuild-bench-");
        try
        {
            var options = new SqliteStoreOptions { Path = Path.Combine(directory.FullName, "autobuild.db"), Durable = durable };
            await using var store = await SqliteStore.OpenAsync(options, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            var projects = await Task.WhenAll(Enumerable.Range(0, Projects).Select(index => ProjectAsync(store, index))).ConfigureAwait(false);
            var enqueueOne = await RateAsync(OneByOne, 1, index => SubmitAsync(store, projects[index % Projects])).ConfigureAwait(false);
            var commits = store.Commits;
            var enqueueTogether = await RateAsync(Together, Threads, index => SubmitAsync(store, projects[index % Projects])).ConfigureAwait(false);
            var group = (double)Together / (store.Commits - commits);
            var runOne = await RateAsync(OneByOne, 1, _ => RunAsync(store, 1)).ConfigureAwait(false);
            var runTogether = Threads * await RateAsync(Together / Threads, 1, _ => RunAsync(store, Threads)).ConfigureAwait(false);
            return new Round(enqueueOne, enqueueTogether, runOne, runTogether, group);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Returns how many of the calls are done per second by so many callers.</summary>
    private static async Task<double> RateAsync(int count, int callers, Func<int, Task> call)
    {
        var next = -1;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var index = Interlocked.Increment(ref next); index < count; index = Interlocked.Increment(ref next))
            {
                await call(index).ConfigureAwait(false);
            }
        }))).ConfigureAwait(false);
        return count / watch.Elapsed.TotalSeconds;
    }

    private static async Task<Guid> ProjectAsync(SqliteStore store, int index) =>
        (await store.CreateProjectAsync(new NewProject { Name = $"p{index}", RepoPath = $"/srv/p{index}" }, null, CancellationToken.None).ConfigureAwait(false)).OrThrow().Value.Id;

    private static async Task SubmitAsync(SqliteStore store, Guid project) =>
        (await store.SubmitJobAsync(new NewJob { ProjectId = project, TicketId = Guid.CreateVersion7(), Prompt = "Add a greeting to the start page." }, null, CancellationToken.None).ConfigureAwait(false)).OrThrow();

    private static async Task RunAsync(SqliteStore store, int slots)
    {
        var claimed = await store.ClaimAsync("bench", slots, CancellationToken.None).ConfigureAwait(false);
        await Task.WhenAll(claimed.Select(job => store.ApplyAsync(job.Id, job.Fence, new JobInput.Reported(Report(job)), CancellationToken.None))).ConfigureAwait(false);
    }

    private static RunReport Report(Job job) => new()
    {
        JobId = job.Id,
        Attempt = job.Attempt,
        Outcome = RunOutcome.Changed,
        Commit = "c0ffee",
        Qa = new QaReport { Verdict = QaVerdict.Passed, Commit = "c0ffee" },
    };

    private sealed record Round(double EnqueueOne, double EnqueueTogether, double RunOne, double RunTogether, double Group);
}
