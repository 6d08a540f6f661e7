using AutoBuild.Configuration;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Hosting;

namespace AutoBuild.Tests.Api;

/// <summary>Takes the disk away below a real server with real runners, and gives it back.</summary>
public sealed class FullDiskServerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TempFolder _folder = new();
    private readonly StringWriter _error = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Data => _folder["data"];

    private string Gate => _folder["gate"];

    public void Dispose()
    {
        _folder.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Nothing_is_half_written_nothing_is_forgotten_and_it_goes_on_when_there_is_space()
    {
        await using var disk = await SmallDisk.MountAsync(Data, 40_000);
        await using var server = await Server.StartAsync(Request(), Cancel);
        var calls = new ApiCalls(server.Address, server.Token);
        var project = await MakeProjectAsync(calls);
        var running = await SubmitAsync(calls, project, $"echo x > file.txt; while [ ! -e {Gate} ]; do sleep 0.05; done");
        await UntilAsync(calls, running, job => job["phase"]?.GetValue<string>() == "agent");

        disk.Fill();
        var before = (await calls.GetAsync("jobs")).Json["jobs"]!.AsArray().Count;
        for (var tries = 0; tries < 5; tries++)
        {
            var refused = await calls.PostAsync($"projects/{project}/tickets", $$"""{"title":"{{new string('x', 300)}}","description":"{{new string('y', 50_000)}}"}""");
            Assert.Equal((507, "disk_full"), (refused.Status, refused.Json["code"]!.GetValue<string>()));
        }

        await File.WriteAllTextAsync(Gate, "", Cancel);
        await UntilAsync(async () => _error.ToString().Contains("the store can't take", StringComparison.Ordinal)
            || (await calls.GetAsync($"jobs/{running}")).Json["attempts"]![0]!["finished_at"] is not null);
        Assert.Equal(before, (await calls.GetAsync("jobs")).Json["jobs"]!.AsArray().Count);
        Assert.Empty((await calls.GetAsync($"projects/{project}/tickets?status=backlog")).Json["tickets"]!.AsArray());

        disk.Clear();
        var ended = await UntilAsync(calls, running, job => job["status"]!.GetValue<string>() is "completed" or "failed");
        Assert.Equal("completed", ended["status"]!.GetValue<string>());
        Assert.Matches("disk_full|No space", ended["attempts"]![0]!["error"]!.GetValue<string>());
        var next = await SubmitAsync(calls, project, "echo y > other.txt");
        Assert.Equal("completed", (await UntilAsync(calls, next, job => job["completed_at"] is not null))["status"]!.GetValue<string>());
        Assert.Empty((await calls.GetAsync("health/deep")).Json["broken"]!.AsArray());
    }

    [Fact]
    public async Task A_data_directory_that_is_read_only_is_refused_with_a_sentence()
    {
        await using var disk = await SmallDisk.MountAsync(Data, 4_000);
        await disk.MakeReadOnlyAsync();

        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => Server.StartAsync(Request(), Cancel));

        Assert.Equal("store_unwritable", fault.Code);
        Assert.Contains(Data, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_became_read_only_is_refused_with_a_sentence()
    {
        await using var disk = await SmallDisk.MountAsync(Data, 8_000);
        await using (await Server.StartAsync(Request(), Cancel))
        {
        }

        await disk.MakeReadOnlyAsync();
        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => Server.StartAsync(Request(), Cancel));

        Assert.Equal("store_unwritable", fault.Code);
    }

    [Fact]
    public async Task A_start_on_a_full_disk_says_so()
    {
        await using var disk = await SmallDisk.MountAsync(Data, 200);
        disk.Fill();

        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => Server.StartAsync(Request(), Cancel));

        Assert.Equal("disk_full", fault.Code);
    }

    private ServeRequest Request() => new()
    {
        Target = "all",
        Data = Data,
        Settings = new Settings { Queue = new QueueOptions { MinFreeDisk = 0, RetryBase = TimeSpan.FromMilliseconds(200) } },
        SelfCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "autobuild.dll")],
        OrchestratorPort = 0,
        MemoryPort = 0,
        Out = TextWriter.Null,
        Error = TextWriter.Synchronized(_error),
    };

    private async Task<Guid> MakeProjectAsync(ApiCalls calls)
    {
        await ApiServer.MakeRepositoryAsync(_folder["repository"]);
        return (await calls.PostAsync("projects", $$"""{"name":"one","repo_path":"{{_folder["repository"]}}","agent":"command"}""")).Id;
    }

    private static async Task<Guid> SubmitAsync(ApiCalls calls, Guid project, string command)
    {
        var answer = await calls.PostAsync("jobs", $$"""{"ticket_id":"{{Guid.CreateVersion7()}}","project_id":"{{project}}","prompt":"Do it","agent_command":"{{command}}"}""");
        Assert.Equal(201, answer.Status);
        return Guid.Parse(answer.Json["job"]!["id"]!.GetValue<string>());
    }

    private static async Task<System.Text.Json.Nodes.JsonObject> UntilAsync(ApiCalls calls, Guid job, Func<System.Text.Json.Nodes.JsonObject, bool> isSo)
    {
        System.Text.Json.Nodes.JsonObject? last = null;
        await UntilAsync(async () => isSo(last = (await calls.GetAsync($"jobs/{job}")).Json.AsObject()));
        return last!;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, "It never came so.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }
    }
}
