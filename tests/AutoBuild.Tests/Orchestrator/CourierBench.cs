using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Callbacks;
using AutoBuild.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Is a store and the courier on it, with a clock that stands still; the network is real.</summary>
internal sealed class CourierBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly TempFolder _folder = new();
    private readonly OrchestratorOptions _options;
    private SqliteStore? _store;
    private Receivers? _receivers;
    private Courier? _courier;

    private CourierBench(CallbackOptions callbacks) => _options = new OrchestratorOptions { DataDirectory = _folder.Path, RunnerCommand = ["false"], Callbacks = callbacks };

    public FakeClock Clock { get; } = new();

    public IStore Store => _store!;

    public Receivers Receivers => _receivers!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<CourierBench> StartAsync(CallbackOptions? callbacks = null)
    {
        var bench = new CourierBench(callbacks ?? new CallbackOptions { AllowPrivate = true, Timeout = TimeSpan.FromHours(1) });
        await bench.StartCourierAsync();
        return bench;
    }

    /// <summary>Opens store and courier, as a start of the server does.</summary>
    /// <param name="key">Another secret key than before; null keeps it.</param>
    public async Task StartCourierAsync(string? key = null)
    {
        var options = key is null ? _options : _options with { Callbacks = _options.Callbacks with { SecretKey = key } };
        _store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = _folder["autobuild.db"], Durable = false }, Clock, Cancel);
        _receivers = new Receivers(options);
        _courier = new Courier(_store, _receivers, new SecretBox(options), options, new WorkMetrics(new Instruments()), Clock, NullLogger<Courier>.Instance);
        await _courier.StartAsync(Cancel);
    }

    public async Task StopCourierAsync()
    {
        await _courier!.StopAsync(CancellationToken.None);
        _courier.Dispose();
        _receivers!.Dispose();
        await _store!.DisposeAsync();
    }

    /// <summary>Makes a job with a receiver and ends it.</summary>
    public async Task<Job> EndedJobAsync(string url, string? secret = "s3cret")
    {
        var project = (await Store.CreateProjectAsync(new NewProject { Name = "shop", RepoPath = "/srv/shop", DefaultBranch = "main" }, null, Cancel)).OrThrow().Value;
        var wanted = new NewJob
        {
            ProjectId = project.Id,
            TicketId = Guid.CreateVersion7(),
            Prompt = "do it",
            CallbackUrl = url,
            CallbackSecret = secret is null ? null : new SecretBox(_options).Seal(secret),
        };
        var job = (await Store.SubmitJobAsync(wanted, null, Cancel)).OrThrow().Value;
        return (await Store.ApplyAsync(job.Id, null, new JobInput.CancelAsked("no longer wanted"), Cancel)).OrThrow();
    }

    /// <summary>Lets the courier look once, after a time, and waits until the job's delivery is as it should be.</summary>
    /// <remarks>The wall clock leaps, so that nothing happens on the way.</remarks>
    public Task<Delivery> LookAsync(Job job, Func<Delivery, bool> isSo, TimeSpan? after = null)
    {
        Clock.JumpWall((after ?? Look) - Look);
        Clock.Advance(Look);
        return UntilAsync(job, isSo);
    }

    public async Task<Delivery> UntilAsync(Job job, Func<Delivery, bool> isSo)
    {
        var since = TimeProvider.System.GetTimestamp();
        Delivery? last = null;
        while (TimeProvider.System.GetElapsedTime(since) < Patience)
        {
            last = Assert.Single(await Store.ListDeliveriesAsync(job.Id, Cancel));
            // One that is recorded is let go of a moment later; a look before that would pass it over.
            if (isSo(last) && (last.Tries == 0 || !_courier!.IsUnderWay(last.Id)))
            {
                return last;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel);
        }

        throw new TimeoutException($"It never came so. Last seen: {last}");
    }

    public async ValueTask DisposeAsync()
    {
        await StopCourierAsync();
        _folder.Dispose();
    }
}
