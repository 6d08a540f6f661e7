using AutoBuild.Api;
using AutoBuild.Client;
using AutoBuild.Configuration;
using AutoBuild.Core;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;
using AutoBuild.Memory.Index;
using AutoBuild.Orchestrator;
using AutoBuild.Telemetry;
using AutoBuild.Workspaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Hosting;

/// <summary>Runs the modules of one process on a data directory.</summary>
public static class Server
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);

    /// <summary>Runs until cancelled or told to shut down.</summary>
    /// <returns>0 after a clean stop, 1 when a module failed.</returns>
    /// <exception cref="AutoBuildException"><c>wrong_use</c>, <c>auth_required</c>, <c>store_locked</c> and the like, <c>port_in_use</c>, <c>port_refused</c>.</exception>
    /// <exception cref="WorkspaceException"><c>git_missing</c>.</exception>
    public static async Task<int> RunAsync(ServeRequest request, CancellationToken cancel)
    {
        await using var server = await StartAsync(request, cancel);
        await request.Out.WriteLineAsync($"AutoBuild is ready: {server.Address}");
        await request.Out.FlushAsync(CancellationToken.None);
        return await server.WaitAsync(cancel);
    }

    /// <summary>Starts and returns once healthy.</summary>
    public static async Task<RunningServer> StartAsync(ServeRequest request, CancellationToken cancel)
    {
        var modules = ServerModules.Resolve(request.Target);
        ListenRule.Check(request.Settings);
        await Git.RequireAsync();
        var data = new DataDirectory(request.Data);
        data.Create(request.Error);
        var instruments = new Instruments();
        var store = await TakeOver.OpenStoreAsync(request, data, instruments, cancel);
        WebApplication? app = null;
        Doors? doors = null;
        try
        {
            // Before anything begins to work, so that a port in use stops the start while nothing has to be undone.
            doors = Doors.Bind(request, modules);
            // Only who holds the store makes the token: two first starts at once would each make their own.
            var token = TokenFile.OpenOrCreate(data.Token, request.Error);
            var secretKey = request.Settings.Server.SecretKey ?? TokenFile.OpenOrCreate(data.SecretKey, request.Error);
            app = Build(request, data, (token, secretKey), store, instruments, modules, doors);
            await app.StartAsync(cancel);
            var endpoints = EndpointsFile.OfThisProcess(doors, data.Token, temporary: request.IdleExit is not null);
            endpoints.Write(data.Endpoints);
            if (request.Settings.Auth.Mode == AuthMode.None)
            {
                await request.Error.WriteLineAsync($"auth: none: whoever reaches {doors.Main} from this machine may do everything. Remove that line to ask for the token.");
            }

            if (doors is { Memory: not null, Orchestrator: not null } && request.Settings.MemoryService.Url is not null)
            {
                await request.Error.WriteLineAsync("memory_service.url is not used, since the memory runs in this process; to use another one, start with --target=orchestrator.");
            }

            if (SettingsText.Notice(request.Settings) is { } notice)
            {
                await request.Error.WriteLineAsync(notice);
            }

            return new RunningServer(app, store, data, endpoints, doors, token);
        }
        catch (Exception fault)
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }

            doors?.Dispose();
            await store.DisposeAsync();
            if (DiskSpace.IsExhausted(fault))
            {
                throw data.Full(fault);
            }

            throw;
        }
    }

    // The empty builder reads no appsettings.json, so that a file of that name where somebody happens to stand configures nothing.
    private static WebApplication Build(ServeRequest request, DataDirectory data, (string Token, string Key) secrets, IStore store, Instruments instruments, IReadOnlyList<string> modules, Doors doors)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = data.Path, ApplicationName = "autobuild" });
        // Whoever opens too many connections must not fill the log with a line for each.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Error);
        // Made by the container, which closes what it made.
        builder.Services.AddSingleton<ILoggerProvider>(_ => new LineLog(data.ServerLog, request.Error, request.Time));
        builder.WebHost.UseKestrelCore().UseSockets(sockets => Door.Configure(sockets, doors)).ConfigureKestrel(kestrel => Door.Configure(kestrel, doors, request.Settings.Server));

        builder.Services.AddSingleton(request.Time)
            .AddSingleton(store)
            .AddSingleton(instruments)
            .AddSingleton(data)
            .AddSingleton(new ModulePorts(doors.Orchestrator?.Port, doors.Memory?.Port))
            .AddSingleton<IHostLifetime, CallerLifetime>()
            .AddSingleton<Presence>()
            .Configure<HostOptions>(options => options.ShutdownTimeout = Drain);
        builder.Services.AddApi(request.Settings, secrets.Token);
        if (modules.Contains(ServerModules.Orchestrator))
        {
            builder.Services.AddOrchestrator(ModuleOptions.Orchestrator(request, data, secrets.Key)).AddOrchestratorApi();
        }

        if (modules.Contains(ServerModules.Memory))
        {
            ModuleOptions.AddMemory(builder.Services, request, data).AddMemoryApi();
        }
        else if (request.Settings.MemoryService.Url is not null)
        {
            builder.Services.AddSingleton<IMemory, RemoteMemory>();
        }

        if (request.IdleExit is { } patience)
        {
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<IdleExit>(services, patience, () => services.GetService<MemoryIndex>()?.IsBusy == true));
        }

        if (request.Settings.Telemetry.OtlpEndpoint is not null)
        {
            OtlpExport.Add(builder.Services, request.Settings.Telemetry);
        }

        var app = builder.Build();
        app.Use(next => http => app.Services.GetRequiredService<Presence>().RunAsync(http, next));
        app.MapApi(modules);
        if (request.Settings.Telemetry.OtlpEndpoint is not null)
        {
            OtlpExport.Start(app.Services);
        }

        return app;
    }
}
