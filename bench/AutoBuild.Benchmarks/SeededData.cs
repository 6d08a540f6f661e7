using System.Globalization;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AutoBuild.Benchmarks;

/// <summary>Makes the data directory of a server that has been at work for long: 10 projects, 10,000 tickets, 100,000 finished jobs, 100,000 events.</summary>
internal static class SeededData
{
    private const int Projects = 10;

    /// <summary>Names a ticket that is there.</summary>
    public const string Ticket = "00000000-0000-7000-8000-000000001388";

    /// <summary>Names a job that is there.</summary>
    public const string Job = "00000000-0000-7000-8001-00000000c350";

    /// <summary>Makes it, and returns a project of it.</summary>
    public static async Task<Guid> CreateAsync(string data, string repository)
    {
        Directory.CreateDirectory(data);
        var path = Path.Combine(data, "autobuild.db");
        var project = await BeginAsync(path, repository).ConfigureAwait(false);
        var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync().ConfigureAwait(false);
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
#pragma warning disable CA2100 // The text comes from a file beside this program.
                command.CommandText = "BEGIN;" + await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "seed.sql")).ConfigureAwait(false) + "COMMIT;";
#pragma warning restore CA2100
                await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            }
        }

        return project;
    }

    // One of each by the store itself; the rest is made after them.
    private static async Task<Guid> BeginAsync(string path, string repository)
    {
        var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = path }, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            var projects = new List<Guid>();
            for (var number = 0; number < Projects; number++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"project-{number}");
                projects.Add((await store.CreateProjectAsync(new NewProject { Name = name, RepoPath = repository }, null, CancellationToken.None).ConfigureAwait(false)).OrThrow().Value.Id);
            }

            var prompt = string.Concat(Enumerable.Repeat("Add a greeting to the start page, in the language of the visitor. ", 8));
            (await store.SubmitJobAsync(new NewJob { ProjectId = projects[0], TicketId = Guid.CreateVersion7(), TicketTitle = "Add a greeting", TicketDescription = prompt, Prompt = prompt }, null, CancellationToken.None).ConfigureAwait(false)).OrThrow();
            var job = (await store.ClaimAsync("bench", 1, CancellationToken.None).ConfigureAwait(false))[0];
            (await store.ApplyAsync(job.Id, job.Fence, new JobInput.Reported(Report(job)), CancellationToken.None).ConfigureAwait(false)).OrThrow();
            return projects[0];
        }
    }

    private static RunReport Report(Job job) => new()
    {
        JobId = job.Id,
        Attempt = job.Attempt,
        Outcome = RunOutcome.Changed,
        Commit = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00",
        ChangedFiles = ["src/start.html", "src/greeting.ts", "test/greeting.test.ts"],
        Qa = new QaReport
        {
            Verdict = QaVerdict.Passed,
            Commit = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00",
            Checks = [.. new[] { "lint", "types", "test" }.Select(name => new QaCheckResult { Name = name, Status = QaStatus.Passed, Seconds = 3.2, LogTail = new string('.', 200) })],
        },
    };
}
