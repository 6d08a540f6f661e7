using AutoBuild.Configuration;
using AutoBuild.Core;
using AutoBuild.Core.Spending;
using AutoBuild.LanguageModels;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Callbacks;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;
using AutoBuild.Memory;
using AutoBuild.Memory.Index;
using AutoBuild.Memory.Search;
using AutoBuild.Memory.Segments;
using AutoBuild.Runner.Qa;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Hosting;

/// <summary>Tells each module what of the settings is its own.</summary>
internal static class ModuleOptions
{
    public static OrchestratorOptions Orchestrator(ServeRequest request, DataDirectory data, string secretKey)
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

    /// <summary>Adds the memory that runs in this process; the catalogue is closed after the index that stands on it.</summary>
    public static IServiceCollection AddMemory(IServiceCollection services, ServeRequest request, DataDirectory data) => services
        .AddSingleton(provider => Catalogue.Open(data.Memory, provider.GetRequiredService<ILogger<Catalogue>>().Tell))
        .AddSingleton(provider => new MemoryIndex(
            provider.GetRequiredService<Catalogue>(), data.Memory, OutlineLimits.Default with { MostTokens = request.Settings.MemoryService.MaxChunkSize }, request.Time))
        .AddSingleton<SearchFigures>()
        .AddSingleton(provider => new Searcher(
            provider.GetRequiredService<MemoryIndex>().OpenAsync, data.Memory, request.Time, request.Settings.MemoryService.CacheTtl, provider.GetRequiredService<SearchFigures>()))
        .AddSingleton<IMemory>(provider => new ProjectMemory(provider.GetRequiredService<IStore>(), request.Time, provider.GetRequiredService<Searcher>().SearchAsync));

    private static void Tell(this ILogger log, string line) => TellLine(log, line, null);

    private static readonly Action<ILogger, string, Exception?> TellLine = LoggerMessage.Define<string>(LogLevel.Warning, default, "{Line}");

    private static string ReadPrices(string file) => File.Exists(file)
        ? File.ReadAllText(file)
        : throw new AutoBuildException("prices_invalid", $"budget.prices names {file}, and there is no such file.");
}
