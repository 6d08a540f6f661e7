using AutoBuild.Api;
using AutoBuild.Configuration;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Hosting;
using AutoBuild.Orchestrator;
using AutoBuild.Storage.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace AutoBuild.Tests.Api;

/// <summary>Is the API on a port of its own over a store, without the orchestrator's loops: a test plays the worker, so that a job costs no process.</summary>
internal sealed class StreamServer : IAsyncDisposable
{
    private const string Token = "token";
    private readonly TempFolder _folder;
    private readonly WebApplication _app;

    private StreamServer(WebApplication app, SqliteStore store, TempFolder folder) =>
        (_app, Store, _folder, Calls) = (app, store, folder, new ApiCalls(new Uri(app.Urls.First()), Token));

    public SqliteStore Store { get; }

    public ApiCalls Calls { get; }

    public IServiceProvider Services => _app.Services;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<StreamServer> StartAsync(TimeProvider? time = null)
    {
        var folder = new TempFolder();
        var clock = time ?? TimeProvider.System;
        var queue = new QueueOptions { MaxParallelJobs = 1000 };
        var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = folder["a.db"], Durable = false, Queue = queue }, clock, Cancel);
        var request = new ServeRequest { Target = "all", Data = folder.Path, Settings = new Settings(), SelfCommand = [], OrchestratorPort = 0, Out = TextWriter.Null, Error = TextWriter.Null, Time = clock };
        var doors = Doors.Bind(request, [ServerModules.Orchestrator]);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = folder.Path });
        builder.WebHost.UseKestrelCore().UseSockets(sockets => Door.Configure(sockets, doors)).ConfigureKestrel(kestrel => Door.Configure(kestrel, doors, request.Settings.Server));
        builder.Services.AddSingleton(clock).AddSingleton<IStore>(store).AddSingleton(new DataDirectory(folder.Path)).AddSingleton(new ModulePorts(null, null));
        builder.Services.AddOrchestrator(new OrchestratorOptions { DataDirectory = folder.Path, RunnerCommand = [], Queue = queue }).RemoveAll<IHostedService>();
        builder.Services.AddApi(request.Settings, Token).AddOrchestratorApi();
        var app = builder.Build();
        app.MapApi([ServerModules.Orchestrator]);
        await app.StartAsync(Cancel);
        return new StreamServer(app, store, folder);
    }

    public async Task<Guid> MakeProjectAsync(string name) =>
        (await Store.CreateProjectAsync(new NewProject { Name = name, RepoPath = "/srv/" + name, MaxParallelAgents = 64 }, null, Cancel)).OrThrow().Value.Id;

    /// <summary>Submits a job that nobody runs.</summary>
    public async Task<Guid> MakeJobAsync(Guid project) =>
        (await Store.SubmitJobAsync(new NewJob { ProjectId = project, TicketId = Guid.CreateVersion7(), Prompt = "Do it" }, null, Cancel)).OrThrow().Value.Id;

    /// <summary>Submits a job and takes it through all of its life, with something to tell between.</summary>
    public async Task RunJobAsync(Guid project, int tells)
    {
        (await Store.SubmitJobAsync(new NewJob { ProjectId = project, TicketId = Guid.CreateVersion7(), Prompt = "Do it" }, null, Cancel)).OrThrow();
        var job = Assert.Single(await Store.ClaimAsync("worker", 1, Cancel));
        await Store.ApplyAsync(job.Id, job.Fence, new JobInput.Heartbeat(TimeSpan.FromMinutes(1)), Cancel);
        for (var told = 0; told < tells; told++)
        {
            await Store.NoteAsync(job.Id, job.Fence, new JobNote { Phase = told % 2 == 0 ? RunPhase.Agent : RunPhase.Qa }, Cancel);
            await Store.AppendRunEventAsync(job.Id, """{"kind":"message","text":"at work"}""", Cancel);
        }

        (await Store.ApplyAsync(job.Id, job.Fence, new JobInput.Reported(new RunReport
        {
            JobId = job.Id, Attempt = job.Attempt, Outcome = RunOutcome.Changed, Commit = "c0ffee", Qa = new QaReport { Verdict = QaVerdict.Passed, Commit = "c0ffee" },
        }), Cancel)).OrThrow();
    }

    public Task StopAsync() => _app.StopAsync(Cancel);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Store.DisposeAsync();
        _folder.Dispose();
    }
}
