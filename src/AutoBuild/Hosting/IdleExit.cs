using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Hosting;

/// <summary>Ends a temporary server once no client has been here for a while and no work goes on.</summary>
internal sealed partial class IdleExit(
    TimeSpan patience, Func<bool> isIndexing, Presence presence, IStore store, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<IdleExit> log) : BackgroundService
{
    private const int Page = 500;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(patience < Look ? patience : Look, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (presence.Absent >= patience && !await IsNeededAsync(stoppingToken))
            {
                LogIdle(patience.TotalSeconds);
                lifetime.StopApplication();
                return;
            }
        }
    }

    private async Task<bool> IsNeededAsync(CancellationToken cancel) =>
        isIndexing()
        || (await store.ListActiveJobsAsync(cancel)).Count > 0
        || (await store.ListTrainHeadsAsync(cancel)).Count > 0
        || await WaitsAsync(JobStatus.Pending, cancel)
        || await WaitsAsync(JobStatus.Queued, cancel);

    // What waits for a person (a landing, a release, an approval) can wait without a server.
    private async Task<bool> WaitsAsync(JobStatus status, CancellationToken cancel)
    {
        string? cursor = null;
        do
        {
            var page = await store.ListJobsAsync(new JobFilter(Status: status), new PageRequest(Page, cursor), cancel);
            if (page.Items.Any(job => job.QueuedReason is not (QueuedReason.Dependency or QueuedReason.Paused or QueuedReason.Approval)))
            {
                return true;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return false;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Nobody has been here for {Seconds} s and nothing is under way: the server ends.")]
    private partial void LogIdle(double seconds);
}
