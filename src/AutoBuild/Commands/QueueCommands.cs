using System.CommandLine;
using System.Globalization;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild queue</c>.</summary>
internal static class QueueCommands
{
    public static Command Create() => new Group("queue", "Shows and steers the queue.",
        ShowIt(), Change("pause", "Starts no further jobs; those that run go on."), Change("resume", "Goes on starting jobs."));

    private static Verb ShowIt() => new Verb("show", "Counts what waits and what runs.", "autobuild queue show", async call =>
    {
        using var api = await call.ConnectAsync();
        return await new Live(call, api, new EventFilter()).ShowAsync(() => api.GetQueueAsync(call.Cancel), queue => Tables.Facts(call,
            ("waiting", Number(queue.PendingJobs)),
            ("running", $"{queue.RunningJobs} of at most {queue.MaxWorkers}"),
            ("completed", Number(queue.CompletedJobs)),
            ("failed", Number(queue.FailedJobs)),
            ("oldest waits", queue.OldestPendingSeconds is { } seconds ? Plain.Seconds(seconds) : null),
            ("held back", queue.Hold?.Sentence),
            ("agents", queue.Limits is { Count: > 0 } limits ? string.Join("\n", limits.Select(limit => Limit(call, limit))) : null),
            ("paused", queue.Paused ? "yes; go on with: autobuild queue resume" : null)));
    }).Watches();

    private static Verb Change(string verb, string description) => new Verb(verb, description, $"autobuild queue {verb}", async call =>
    {
        using var api = await call.ConnectAsync();
        return call.Print(await (verb == "pause" ? api.PauseQueueAsync(call.Cancel) : api.ResumeQueueAsync(call.Cancel)), _ => call.Say(verb == "pause" ? "The queue is paused." : "The queue goes on."));
    }).PrintsData();

    private static string Limit(Call call, AgentLimit limit) => limit.Until is { } until
        ? $"{limit.Agent ?? limit.AgentCommand} waits until {TimeZoneInfo.ConvertTime(until, call.Terminal.Time.LocalTimeZone):HH:mm}: {limit.Sentence}"
        : $"{limit.Agent ?? limit.AgentCommand} goes on";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
