using AutoBuild.Core.Json;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Memory;
using AutoBuild.Tests.Orchestrator;

namespace AutoBuild.Tests.Memory;

/// <summary>Walks the whole way: a job lands, the memory learns of it, and the next job of the project starts with that.</summary>
public sealed class MemoryWalkTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_landed_is_remembered_and_given_to_the_next_job()
    {
        await using var bench = await Bench.StartAsync(memory: (store, time) => new ProjectMemory(store, time));
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });

        var first = await bench.SubmitAsync(project, "write greeting.txt hello");
        await bench.LandingAsync(first, found => found.State == LandingState.Landed);
        var memory = await RememberedAsync(bench, first, MemoryType.ExecutionSuccess);
        var second = await bench.EndAsync(await bench.SubmitAsync(project, "write greeting.txt goodbye"));

        Assert.Equal((first.TicketId, first.Id), (memory.TicketId, memory.JobId));
        Assert.Contains("write greeting.txt hello", memory.Content, StringComparison.Ordinal);
        Assert.Contains("`greeting.txt`", memory.Content, StringComparison.Ordinal);
        Assert.Contains("write greeting.txt hello", SpecOf(bench, second).Context, StringComparison.Ordinal);
        Assert.Equal("", SpecOf(bench, first with { Attempt = 1 }).Context);
    }

    internal static async Task<MemoryEntry> RememberedAsync(Bench bench, Job job, MemoryType type) =>
        await bench.UntilAsync(async () => (await bench.Store.ListMemoriesAsync(new MemoryFilter(job.ProjectId), 50, Cancel)).Items.FirstOrDefault(one => one.JobId == job.Id), found => found.MemoryType == type);

    internal static RunSpec SpecOf(Bench bench, Job job) => CoreJson.Read<RunSpec>(File.ReadAllText(RunFolder.Of(bench.Data, job.Id, job.Attempt).Spec));
}
