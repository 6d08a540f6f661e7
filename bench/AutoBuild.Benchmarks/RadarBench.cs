using System.Diagnostics;
using System.Globalization;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Storage.Sqlite;
using AutoBuild.Workspaces;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Benchmarks;

/// <summary>Measures a look of the radar at 12 branches of 10,000 files that all collide, beside a git process for each pair.</summary>
internal static class RadarBench
{
    private const int Files = 10_000;
    private const int Branches = 12;
    private const int Rounds = 5;
    private const string Shared = "src/Shared.cs";

    public static async Task RunAsync(TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        var source = await SampleRepository.CreateAsync(directory.Sub("repository"), Files).ConfigureAwait(false);
        Directory.CreateDirectory(Path.Combine(source, "src"));
        await File.WriteAllTextAsync(Path.Combine(source, Shared), Text(0)).ConfigureAwait(false);
        await SampleRepository.ShellAsync(source, "git add -A && git -c user.name=Bench -c user.email=bench@example.invalid commit -qm shared").ConfigureAwait(false);
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(directory.Path, "autobuild.db"), Durable = false }, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        var options = new OrchestratorOptions { DataDirectory = directory.Path, RunnerCommand = ["true"] };
        await using var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton<IStore>(store).AddOrchestrator(options).BuildServiceProvider();
        var project = (await store.CreateProjectAsync(new NewProject { Name = "bench", RepoPath = source, DefaultBranch = "main" }, null, CancellationToken.None).ConfigureAwait(false)).OrThrow().Value;
        var clone = await services.GetRequiredService<Clones>().OpenAsync(project, CancellationToken.None).ConfigureAwait(false);
        await clone.TakeOriginInAsync("main").ConfigureAwait(false);
        for (var branch = 1; branch <= Branches; branch++)
        {
            await AddBranchAsync(store, project, clone, branch).ConfigureAwait(false);
        }

        List<double> first = [], again = [], each = [];
        RadarPicture? seen = null;
        for (var round = 0; round < Rounds; round++)
        {
            using var radar = ActivatorUtilities.CreateInstance<Radar>(services);
            first.Add(await TimeAsync(async () => seen = (await radar.LookAsync(project.Id, null, CancellationToken.None).ConfigureAwait(false)).OrThrow()).ConfigureAwait(false));
            again.Add(await TimeAsync(() => radar.LookAsync(project.Id, null, CancellationToken.None)).ConfigureAwait(false));
            each.Add(await TimeAsync(() => EachPairAsync(clone, seen!)).ConfigureAwait(false));
        }

        var definitions = seen!.Collisions.SelectMany(collision => collision.Conflicts).SelectMany(file => file.Definitions).Distinct().Count();
        await output.WriteLineAsync($"""
            | figure (median of {Rounds} rounds, {Branches} branches, {Files:#,0} files, {seen.Collisions.Count} pairs that collide, in {definitions} definitions) | ms | aim |
            |---|---|---|
            | first look, definitions and engine included | {Figures.Text(new Figures(first).Median)} | 1,000 |
            | the same again, nothing moved | {Figures.Text(new Figures(again).Median)} | |
            | `git merge-tree` alone, a process for each pair | {Figures.Text(new Figures(each).Median)} | |
            """).ConfigureAwait(false);
    }

    private static async Task AddBranchAsync(SqliteStore store, Project project, BareClone clone, int number)
    {
        var submitted = (await store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = Guid.CreateVersion7(), Prompt = string.Create(CultureInfo.InvariantCulture, $"branch {number}") }, null, CancellationToken.None).ConfigureAwait(false)).OrThrow().Value;
        var blob = await clone.WriteBlobAsync(System.Text.Encoding.UTF8.GetBytes(Text(number))).ConfigureAwait(false);
        await SampleRepository.ShellAsync(clone.Path, string.Create(CultureInfo.InvariantCulture, $"""
            export GIT_INDEX_FILE=bench-index && git read-tree main && git update-index --cacheinfo 100644,{blob},{Shared} --cacheinfo 100644,{blob},dir00{number % 10}/file00{number % 10}50.txt &&
            made=$(git -c user.name=Bench -c user.email=bench@example.invalid commit-tree "$(git write-tree)" -p main -m {number}) && git update-ref refs/heads/{submitted.BranchName} $made && rm bench-index
            """)).ConfigureAwait(false);
    }

    private static async Task EachPairAsync(BareClone clone, RadarPicture seen)
    {
        foreach (var collision in seen.Collisions)
        {
            await SampleRepository.ShellAsync(clone.Path, $"git merge-tree --write-tree --name-only {collision.A} {collision.B} > /dev/null || true").ConfigureAwait(false);
        }
    }

    // 40 methods; each branch writes another value into three of them.
    private static string Text(int branch) => "class Shared\n{\n" + string.Concat(Enumerable.Range(0, 40).Select(method =>
        string.Create(CultureInfo.InvariantCulture, $"    public int Method{method}(int a)\n    {{\n        return a + {(method is 3 or 20 or 33 ? branch : 0)};\n    }}\n\n"))) + "}\n";

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var clock = Stopwatch.StartNew();
        await action().ConfigureAwait(false);
        return clock.Elapsed.TotalMilliseconds;
    }
}
