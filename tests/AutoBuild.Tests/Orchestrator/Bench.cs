using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Storage.Sqlite;
using AutoBuild.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Is a whole orchestrator in a directory of its own: real store, real git, real processes; runners are a shell script.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly OrchestratorOptions _options;
    private ServiceProvider? _provider;
    private SqliteStore? _store;

    private readonly Func<IStore, TimeProvider, IMemory>? _memory;

    private Bench(string root, Func<OrchestratorOptions, OrchestratorOptions> adjust, Func<IStore, TimeProvider, IMemory>? memory)
    {
        (Root, _memory) = (root, memory);
        Directory.CreateDirectory(Gates);
        _options = adjust(new OrchestratorOptions
        {
            DataDirectory = Path.Combine(root, "data"),
            RunnerCommand = ["/bin/sh", Path.Combine(AppContext.BaseDirectory, "Orchestrator", "stub-runner.sh")],
            Queue = new QueueOptions { RetryBase = TimeSpan.FromMilliseconds(50), Sweep = TimeSpan.FromMilliseconds(200) },
        });
    }

    public string Root { get; }

    public string Data => _options.DataDirectory;

    public string Checkout => Path.Combine(Root, "checkout");

    public string Gates => Path.Combine(Root, "data", "gates");

    public IStore Store => _store!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes a repository with one commit and starts an orchestrator beside it.</summary>
    /// <param name="memory">Null runs without a memory.</param>
    public static async Task<Bench> StartAsync(Func<OrchestratorOptions, OrchestratorOptions>? adjust = null, Func<IStore, TimeProvider, IMemory>? memory = null)
    {
        var bench = new Bench(Directory.CreateTempSubdirectory("autobuild-orchestrator-").FullName, adjust ?? (options => options), memory);
        Directory.CreateDirectory(bench.Checkout);
        await bench.GitAsync("init", "-q", "-b", "main");
        await bench.CommitAsync("base.txt", "one\ntwo\nthree\n");
        await bench.StartServerAsync();
        return bench;
    }

    public T Get<T>()
        where T : notnull => _provider!.GetRequiredService<T>();

    /// <summary>Starts a server on the same data, as after a restart.</summary>
    /// <param name="time">Null is the machine's own.</param>
    public async Task StartServerAsync(TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        _store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(Data, "autobuild.db"), Queue = _options.Queue, Durable = false }, time, Cancel);
        var services = new ServiceCollection().AddLogging().AddSingleton(time).AddSingleton<IStore>(_store).AddOrchestrator(_options);
        if (_memory is not null)
        {
            services.AddSingleton(_memory(_store, time));
        }

        _provider = services.BuildServiceProvider();
        foreach (var service in _provider.GetServices<IHostedService>())
        {
            await service.StartAsync(Cancel);
        }
    }

    /// <summary>Stops the server; its runners live on.</summary>
    public async Task StopServerAsync()
    {
        if (_provider is null)
        {
            return;
        }

        foreach (var service in _provider.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None);
            Assert.False(service is BackgroundService { ExecuteTask.IsFaulted: true }, $"{service} broke");
        }

        await _provider.DisposeAsync();
        await _store!.DisposeAsync();
        _provider = null;
    }

    public async Task<Project> AddProjectAsync(Func<NewProject, NewProject>? adjust = null)
    {
        var project = new NewProject { Name = "sample", RepoPath = Checkout };
        return (await Get<ProjectRegistry>().CreateAsync(adjust?.Invoke(project) ?? project, null, Cancel)).OrThrow().Value;
    }

    /// <summary>Submits a new ticket whose prompt tells the stub what to do.</summary>
    public async Task<Job> SubmitAsync(Project project, string prompt, Func<NewJob, NewJob>? adjust = null)
    {
        var job = new NewJob { ProjectId = project.Id, TicketId = Guid.CreateVersion7(), Prompt = prompt, Agent = "command", AgentCommand = "stub" };
        return (await Get<Submission>().SubmitAsync(adjust?.Invoke(job) ?? job, null, Cancel)).OrThrow().Value;
    }

    public void Open(string gate) => File.WriteAllText(Path.Combine(Gates, gate), "");

    /// <summary>Waits until a job is as it should be; every change of the store wakes the look.</summary>
    public Task<Job> UntilAsync(Guid job, Func<Job, bool> isSo) => UntilAsync(async () => await Store.GetJobAsync(job, Cancel), isSo);

    public Task<Job> EndAsync(Job job) => UntilAsync(job.Id, found => found.State.IsOver());

    public Task<Landing> LandingAsync(Job job, Func<Landing, bool> isSo) =>
        UntilAsync(async () => (await Store.ListLandingsAsync(new LandingFilter(JobId: job.Id), new PageRequest(1), Cancel)).Items is [var landing] ? landing : null, isSo);

    public async Task<T> UntilAsync<T>(Func<Task<T?>> look, Func<T, bool> isSo)
        where T : class
    {
        var waited = TimeProvider.System.GetTimestamp();
        T? last = null;
        while (TimeProvider.System.GetElapsedTime(waited) < Patience)
        {
            var seen = await Store.GetLastEventIdAsync(Cancel);
            if ((last = await look()) is { } found && isSo(found))
            {
                return found;
            }

            await Store.WaitForEventsAsync(seen, TimeSpan.FromMilliseconds(250), Cancel);
        }

        throw new TimeoutException($"It never came so. Last seen: {last}");
    }

    public async Task<string> GitAsync(params string[] arguments) =>
        await Git.TextAsync(Checkout, ["-c", "user.name=t", "-c", "user.email=t@localhost", .. arguments], null, Cancel);

    public async Task<string> CommitAsync(string file, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(Checkout, file), text, Cancel);
        await GitAsync("add", "-A");
        await GitAsync("commit", "-q", "-m", file);
        return await GitAsync("rev-parse", "HEAD");
    }

    public BareClone Clone(Project project) => BareClone.At(Get<Clones>().PathOf(project.Id));

    public async Task<string?> ReadAsync(Project project, string rev, string file) =>
        await Clone(project).ReadFileAsync(rev, file, Cancel) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The commits that were checked before a landing.</summary>
    public string[] Checks => File.Exists(Path.Combine(Gates, "checks")) ? File.ReadAllLines(Path.Combine(Gates, "checks")) : [];

    public async ValueTask DisposeAsync()
    {
        var active = _provider is null ? [] : await Store.ListActiveJobsAsync(CancellationToken.None);
        await StopServerAsync();
        foreach (var job in active)
        {
            await ProcessSweep.KillAsync(job.Id.ToString());
        }

        await DeleteAsync();
    }

    // A runner that has reported may still be writing its last line.
    private async Task DeleteAsync()
    {
        for (var tries = 1; Directory.Exists(Root); tries++)
        {
            try
            {
                Directory.Delete(Root, recursive: true);
            }
            catch (IOException) when (tries < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }
        }
    }
}
