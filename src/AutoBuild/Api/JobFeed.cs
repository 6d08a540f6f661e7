using AutoBuild.Core.Events;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Api;

/// <summary>Feeds one reader with the state of a job and the events of its runs, until the job is over.</summary>
internal sealed class JobFeed(SseWriter sse, IStore store, RunOutput output, Guid job)
{
    private const string JobMissing = "job_not_found";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private string shown = "";

    /// <param name="after">A <see cref="RunLine.Id"/>; the reader has seen all up to it.</param>
    public async Task RunAsync(long after, CancellationToken cancel)
    {
        while (true)
        {
            var newest = await store.GetLastEventIdAsync(cancel);
            if (await store.GetJobAsync(job, cancel) is not { } now)
            {
                await sse.SendAsync(null, "reset", $$"""{"code":"{{JobMissing}}"}""");
                return;
            }

            // The state is read before the lines, so that an ended job has no line that is not sent.
            after = await SendAsync(now, after, cancel);
            if (now.State.IsOver())
            {
                return;
            }

            await store.WaitForEventsAsync(newest, Look, cancel);
        }
    }

    private async Task<long> SendAsync(Job now, long after, CancellationToken cancel)
    {
        var json = CoreJson.Write(now);
        if (!now.State.IsOver())
        {
            await ShowAsync(json);
        }

        foreach (var line in (await output.EventsAsync(job, after, cancel)).Value ?? [])
        {
            await sse.SendAsync(line.Id, EventKinds.Run, RunLines.Write(line));
            after = line.Id;
        }

        await ShowAsync(json);
        await sse.FlushAsync();
        return after;
    }

    private async Task ShowAsync(string json)
    {
        if (json != shown)
        {
            shown = json;
            await sse.SendAsync(null, EventKinds.Job, json);
        }
    }
}
