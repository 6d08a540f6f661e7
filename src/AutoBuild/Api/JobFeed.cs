using AutoBuild.Core.Events;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Api;

/// <summary>Feeds one reader with the state of a job and the events of its runs, until the job is over.</summary>
internal sealed class JobFeed(SseWriter sse, IStore store, RunOutput output, Admission admission, Guid job)
{
    private string _shown = "";

    /// <summary>Ends with the job's end state, after every event of its runs.</summary>
    /// <param name="after">A <see cref="RunLine.Id"/>; the reader has seen all up to it.</param>
    public async Task RunAsync(long after, CancellationToken cancel)
    {
        await ShowAsync(over: false, cancel);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var states = ShowStatesAsync(ended.Token);
        try
        {
            await foreach (var line in output.FollowAsync(job, after, ended.Token))
            {
                await sse.SendAsync(line.Id, EventKinds.Run, RunLines.Write(line));
            }
        }
        finally
        {
            await ended.CancelAsync();
            await states.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await ShowAsync(over: true, cancel);
    }

    private async Task ShowStatesAsync(CancellationToken cancel)
    {
        while (true)
        {
            var newest = await store.GetLastEventIdAsync(cancel);
            await ShowAsync(over: false, cancel);
            await sse.BeatAsync();
            await store.WaitForEventsAsync(newest, SseWriter.Beat, cancel);
        }
    }

    // The end state is kept back for the end: a reader may leave when it sees it.
    private async Task ShowAsync(bool over, CancellationToken cancel)
    {
        if (await store.GetJobAsync(job, cancel) is not { } now || now.State.IsOver() != over)
        {
            return;
        }

        var json = CoreJson.Write(admission.Explain(now));
        if (json != _shown)
        {
            _shown = json;
            await sse.SendAsync(null, EventKinds.Job, json);
        }
    }
}
