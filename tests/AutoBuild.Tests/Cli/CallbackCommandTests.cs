using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Tests.Cli;

public sealed class CallbackCommandTests(CallbackServer server) : IClassFixture<CallbackServer>
{
    [Fact]
    public async Task What_a_receiver_was_told_is_shown_and_sent_again()
    {
        await using var receiver = await Orchestrator.Receiver.StartAsync();
        var made = (await server.Calls.PostAsync("jobs", $$"""{"ticket_id":"{{Guid.CreateVersion7()}}","project_id":"{{server.Project}}","prompt":"Do it","agent_script":"write a.txt: hello","callback_url":"{{receiver.Url()}}"}""")).Did(201);
        var job = made.Json["job"]!["id"]!.GetValue<Guid>();
        Assert.Contains("Nothing is owed", (await RunAsync(job)).Out, StringComparison.Ordinal);

        await server.Server.Services.GetRequiredService<IStore>()
            .ApplyAsync(job, null, new JobInput.Claimed("elsewhere", CallbackServer.NextFence(), TimeSpan.FromHours(1)), TestContext.Current.CancellationToken);
        var token = (await RunAsync(job, "--attempt-token")).Out.Trim();
        (await server.As(token).PostAsync("callback", $$"""{"job_id":"{{job}}","attempt":1,"status":"no_changes"}""")).Did(200);
        var shown = (await RunAsync(job, "--redeliver")).Out;
        Assert.Contains("job.failed", shown, StringComparison.Ordinal);
        Assert.Contains("Attempt 1 reported no changes from elsewhere.", shown, StringComparison.Ordinal);
        var json = (await RunAsync(job, "--json")).Json;
        Assert.Equal((job, "no_changes"), (json["callbacks"]![0]!["job_id"]!.GetValue<Guid>(), (string?)json["received"]![0]!["status"]));
    }

    private async Task<TypedCommand> RunAsync(Guid job, params string[] more)
    {
        var typed = await TypedCommand.RunAsync(
            new Dictionary<string, string> { ["AUTOBUILD_DATA"] = server.Data, ["ORCHESTRATOR_URL"] = server.Server.Address.ToString(), ["AUTOBUILD_TOKEN"] = server.Server.Token }, ["job", "callbacks", $"{job}", .. more]);
        Assert.True(typed.ExitCode == 0, typed.Error);
        return typed;
    }
}
