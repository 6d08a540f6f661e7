using AutoBuild.Core;
using AutoBuild.Core.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Api;

/// <summary>Is the one that reads new events from the store after each commit, for all readers of event streams together.</summary>
/// <param name="ring">Default: one of the usual size.</param>
internal sealed partial class StoreTail(IStore store, TimeProvider time, ILogger<StoreTail> log, FrameRing? ring = null) : BackgroundService
{
    private const int Page = 500;

    /// <summary>So much of the past is there at once for the readers who come back after a restart.</summary>
    private const int Past = 2000;

    /// <summary>Readers look at least so often, to see whether a beat is due.</summary>
    private static readonly TimeSpan Look = SseWriter.Beat / 3;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FrameRing Ring { get; } = ring ?? new();

    /// <summary>Begins to follow the store; a server without readers does not.</summary>
    public void Begin() => _wanted.TrySetResult();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _wanted.Task.WaitAsync(stoppingToken);
        var begun = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!begun)
                {
                    Ring.Begin(Math.Max(0, await store.GetLastEventIdAsync(stoppingToken) - Past));
                    begun = true;
                }

                await FillAsync(stoppingToken);
                Ring.Pulse();
                await Task.Delay(Ring.Spacing, time, stoppingToken);
                await store.WaitForEventsAsync(Ring.Newest, Look, stoppingToken);
            }
            catch (AutoBuildException fault)
            {
                // Who is to hear of it asks the store; the streams go on when it does.
                NotRead(fault.Message);
                await Task.Delay(Rest, time, stoppingToken);
            }
        }
    }

    private async Task FillAsync(CancellationToken cancel)
    {
        EventPage page;
        do
        {
            page = await store.ReadEventsAsync(Ring.Newest, new EventFilter(), Page, cancel);
            if (page.Reset)
            {
                Ring.Begin(page.Reached);
            }

            foreach (var happened in page.Events)
            {
                Ring.Add(EventFrame.Of(happened));
            }
        }
        while (page.Events.Count == Page);
    }

    [LoggerMessage(3100, LogLevel.Warning, "Event streams wait: {Fault}")]
    private partial void NotRead(string fault);
}
