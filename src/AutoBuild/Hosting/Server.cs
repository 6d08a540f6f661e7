using System.Net;
using System.Net.Sockets;
using AutoBuild.Api;
using AutoBuild.Configuration;
using AutoBuild.Core;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;
using AutoBuild.LanguageModels;
using AutoBuild.Orchestrator;
using AutoBuild.Runner.Qa;
using AutoBuild.Orchestrator.Callbacks;
using AutoBuild.Telemetry;
using AutoBuild.Workspaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
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
        Socket? door = null;
        try
        {
            // Before anything begins to work, so that a port in use stops the start while nothing has to be undone.
            door = Door.Bind(request);
            // Only who holds the store makes the token: two first starts at once would each make their own.
            var token = TokenFile.OpenOrCreate(data.Token, request.Error);
            var secretKey = request.Settings.Server.SecretKey ?? TokenFile.OpenOrCreate(data.SecretKey, request.Error);
            app = Build(request, data, (token, secretKey), store, instruments, modules, door);
            await app.StartAsync(cancel);
            var address = AddressOf(app);
            var endpoints = EndpointsFile.OfThisProcess(address, data.Token, temporary: request.IdleExit is not null);
            endpoints.Write(data.Endpoints);
            if (request.Settings.Auth.Mode == AuthMode.None)
            {
                await request.Error.WriteLineAsync($"auth: none: whoever reaches {address} from this machine may do everything. Remove that line to ask for the token.");
            }

            if (SettingsText.Notice(request.Settings) is { } notice)
            {
                await request.Error.WriteLineAsync(notice);
            }

            return new RunningServer(app, store, data, endpoints, address, token);
        }
        catch (Exception fault)
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }

            door?.Dispose();
            await store.DisposeAsync();
            if (DiskSpace.IsExhausted(fault))
            {
                throw data.Full(fault);
            }

            throw;
        }
    }

    // The empty builder reads no appsettings.json, so that a file of that name where somebody happens to stand configures nothing.
    private static WebApplication Build(ServeRequest request, DataDirectory data, (string Token, string Key) secrets, IStore store, Instruments instruments, IReadOnlyList<string> modules, Socket door)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = data.Path, ApplicationName = "autobuild" });
        // Whoever opens too many connections must not fill the log with a line for each.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Error);
        // Made by the container, which closes what it made.
        builder.Services.AddSingleton<ILoggerProvider>(_ => new LineLog(data.ServerLog, request.Error, request.Time));
        builder.WebHost.UseKestrelCore().UseSockets(sockets => Door.Configure(sockets, door)).ConfigureKestrel(kestrel => Door.Configure(kestrel, door, request.Settings.Server));

        builder.Services.AddSingleton(request.Time)
            .AddSingleton(store)
            .AddSingleton(instruments)
            .AddSingleton<IHostLifetime, CallerLifetime>()
            .AddSingleton<Presence>()
            .Configure<HostOptions>(options => options.ShutdownTimeout = Drain);
        if (modules.Contains(ServerModules.Orchestrator))
        {
            builder.Services.AddOrchestrator(OptionsOf(request, data, secrets.Key)).AddApi(request.Settings, secrets.Token);
        }

        if (request.IdleExit is { } patience)
        {
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<IdleExit>(services, patience));
        }

        if (request.Settings.Telemetry.OtlpEndpoint is not null)
        {
            OtlpExport.Add(builder.Services, request.Settings.Telemetry);
        }

        var app = builder.Build();
        app.Use(next => http => app.Services.GetRequiredService<Presence>().RunAsync(http, next));
        app.MapApi();
        if (request.Settings.Telemetry.OtlpEndpoint is not null)
        {
            OtlpExport.Start(app.Services);
        }

        return app;
    }

    private static OrchestratorOptions OptionsOf(ServeRequest request, DataDirectory data, string secretKey)
    {
        var settings = request.Settings;
        return new OrchestratorOptions
        {
            DataDirectory = data.Path,
            RunnerCommand = request.SelfCommand,
            MakersOf = Recipe.MakersOf,
            Queue = settings.Queue,
            Landing = settings.Landing.Train,
            Callbacks = new CallbackOptions { SecretKey = secretKey, AllowPrivate = settings.Callbacks.AllowPrivate, AllowHosts = settings.Callbacks.AllowHosts },
            Worktrees = new WorktreeOptions
            {
                BasePath = settings.Worktree.BasePath,
                MaxActive = settings.Worktree.MaxActive,
                CleanupInterval = settings.Worktree.CleanupInterval,
                MaxAge = settings.Worktree.MaxAge,
                RescueMaxAge = settings.Worktree.RescueMaxAge,
            },
            Agents = new AgentOptions
            {
                Default = settings.Agents.Default,
                MaxTurns = settings.Agents.MaxTurns,
                Models = settings.Agents.Models,
                Terms = settings.Agents.Terms,
                RepetitionLimit = settings.Agents.RepetitionLimit,
                NoProgress = settings.Agents.NoProgress,
                Declared = settings.Agents.Declared,
                SignIn = settings.Agents.SignIn == SignInMode.Auto,
                AllowedEnvironment = settings.Agents.AllowedEnvironment,
                Secrets = settings.Agents.Secrets,
                CheckSecrets = settings.Agents.CheckSecrets,
                Logins = settings.Agents.Logins,
                Writable = settings.Agents.Writable,
            },
            Resolving = MergeModel.Options(settings),
            Prices = settings.PricesFile is { } file ? PriceList.Read(ReadPrices(file)) : new Dictionary<string, Price>(),
            FixRounds = settings.Agents.FixRounds,
            IdleTimeout = settings.Agents.IdleTimeout,
            GraceSeconds = settings.Agents.Grace.TotalSeconds,
        };
    }

    private static string ReadPrices(string file) => File.Exists(file)
        ? File.ReadAllText(file)
        : throw new AutoBuildException("prices_invalid", $"budget.prices names {file}, and there is no such file.");

    private static Uri AddressOf(WebApplication app)
    {
        var bound = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        return IPAddress.TryParse(bound.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(bound) { Host = "127.0.0.1" }.Uri
            : bound;
    }
}
