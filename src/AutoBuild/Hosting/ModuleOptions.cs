using AutoBuild.Configuration;
using AutoBuild.Core;
using AutoBuild.Core.Spending;
using AutoBuild.LanguageModels;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Callbacks;
using AutoBuild.Runner.Qa;

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

    private static string ReadPrices(string file) => File.Exists(file)
        ? File.ReadAllText(file)
        : throw new AutoBuildException("prices_invalid", $"budget.prices names {file}, and there is no such file.");
}
