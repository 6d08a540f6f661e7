using System.CommandLine;
using System.Text.Json.Nodes;
using AutoBuild.Api;
using AutoBuild.Client;
using AutoBuild.Core.Events;
using AutoBuild.Core.Store;
using AutoBuild.Hosting;

namespace AutoBuild.Commands;

/// <summary>Holds what is asked of the server itself: how it is, what happens in it, and to stop.</summary>
internal static class ServerCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static Verb Down() => new Verb("down", "Stops the server that runs; jobs that run go on, and the next server takes them over.", "autobuild down", async call =>
    {
        if (!call.NamesServer && await call.FindAsync() is null)
        {
            return call.Print(new JsonObject { ["message"] = "No server runs.", ["stopped"] = false }, () => call.Say($"No server runs on {call.Data.Path}."));
        }

        var running = call.NamesServer ? null : EndpointsFile.Read(call.Data.Endpoints);
        using var api = await call.ConnectAsync();
        var answer = await api.ShutDownAsync(call.Cancel);
        await EndedAsync(call, running);
        return call.Print(new JsonObject { ["message"] = answer.Value.Text, ["stopped"] = true }, () => call.Say(answer.Value.Text));
    }).PrintsData();

    public static Verb Health()
    {
        var deep = new Option<bool>("--deep") { Description = "Check the invariants of the store now." };
        return new Verb("health", "Tells how the server is; ends with 3 where it is unhealthy.", "autobuild health --deep", async call =>
        {
            using var api = await call.ConnectAsync();
            return call.Get(deep) ? Print(call, await api.CheckHealthAsync(call.Cancel)) : Print(call, await api.GetHealthAsync(call.Cancel));
        }).With(deep).PrintsData();
    }

    public static Verb Metrics() => new Verb("metrics", "Prints every figure in the text format of Prometheus.", "autobuild metrics", async call =>
    {
        using var api = await call.ConnectAsync();
        var text = await api.GetMetricsAsync(call.Cancel);
        return call.Print(new JsonObject { ["metrics"] = text }, () => call.Terminal.Out.Write(text));
    }).PrintsData();

    public static Verb Events()
    {
        var job = new Option<string?>("--job") { Description = "Only those of a job.", HelpName = "JOB", CompletionSources = { ServerWords.Of("job") } };
        var kind = new Option<string?>("--kind") { Description = "Only those of a kind, such as job.changed.", HelpName = "KIND" };
        kind.CompletionSources.Add([.. EventKinds.All]);
        var after = new Option<long?>("--after") { Description = "Begin after this id (default: with what is new).", HelpName = "ID" };
        return new Verb("events", "Follows every change until Ctrl-C; with --json a line for each, as {id, kind, data}.", "autobuild events --kind job.changed --json", async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            var filter = new EventFilter(await lookup.NamedJobAsync(call.Get(job)), await lookup.NamedProjectAsync(), call.Get(kind));
            var events = api.FollowAsync(filter, call.Get(after), call.Cancel);
            try
            {
                return call.Json ? await EventLines.PrintAsync(call, events) : await ShowAsync(call, events);
            }
            catch (OperationCanceledException) when (call.Cancel.IsCancellationRequested)
            {
                // That is how it is ended.
                return ExitCode.Done;
            }
        }).With(ProjectOptions.Project, job, kind, after).PrintsData();
    }

    private static int Print(Call call, Reply<Health> reply)
    {
        call.Print(reply, health => Tables.Facts(call,
        [
            ("status", health.Status),
            ("version", health.Version),
            ("up for", Plain.Seconds(health.Uptime)),
            ("jobs", health.Queue is { } queue ? $"{queue.RunningJobs} of at most {queue.MaxWorkers} run, {queue.PendingJobs} wait{(queue.Paused ? "; the queue is paused" : "")}" : null),
            ("worktrees", health.Worktrees is { } trees ? $"{trees.Active} of at most {trees.MaxActive}, {WorktreeCommands.Size(trees.DiskBytes)}" : null),
            .. health.Checks.Select(check => (check.Key, (string?)check.Value)),
        ]));
        return reply.Value.Status == "unhealthy" ? ExitCode.Broken : ExitCode.Done;
    }

    private static int Print(Call call, Reply<DeepHealth> reply)
    {
        call.Print(reply, health => call.Say(health.Broken.Count == 0 ? "Every invariant of the store holds." : string.Join('\n', health.Broken)));
        return reply.Value.Broken.Count > 0 ? ExitCode.Broken : ExitCode.Done;
    }

    private static async Task<int> ShowAsync(Call call, IAsyncEnumerable<ServerEvent> events)
    {
        var lines = new ChangeLines(call);
        await foreach (var told in events)
        {
            lines.Show(told);
        }

        return ExitCode.Done;
    }

    /// <summary>Waits until a server of this machine is gone.</summary>
    private static async Task EndedAsync(Call call, EndpointsFile? server)
    {
        var began = call.Terminal.Time.GetTimestamp();
        while (server?.IsAlive() == true && call.Terminal.Time.GetElapsedTime(began) < Patience)
        {
            await Task.Delay(Look, call.Terminal.Time, call.Cancel);
        }
    }
}
