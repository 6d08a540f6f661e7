using AutoBuild.Core.Memory;
using AutoBuild.Core.Telemetry;
using AutoBuild.Orchestrator.Callbacks;
using AutoBuild.Orchestrator.Figures;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Orchestrator.Memory;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Resolving;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace AutoBuild.Orchestrator;

/// <summary>Puts the orchestrator together.</summary>
public static class Registration
{
    /// <summary>Adds queue, runs, landings and worktrees. Needs IStore and TimeProvider; hosted services start in this order.</summary>
    public static IServiceCollection AddOrchestrator(this IServiceCollection services, OrchestratorOptions options)
    {
        services.AddSingleton(options).AddSingleton<Bells>();
        services.TryAddSingleton<Instruments>();
        services.TryAddSingleton<IMemory, NoMemory>();
        services.AddSingleton<StartingContext>().AddSingleton<FactFinder>();
        services.AddSingleton<WorkMetrics>().AddSingleton<LatestFigures>().AddSingleton<QueueFigures>().AddSingleton<UsageFigures>().AddSingleton<MachineFigures>();
        services.AddSingleton<Clones>().AddSingleton<Warming>().AddSingleton<ProjectRegistry>();
        services.AddSingleton(provider => new TreePool(options.WorktreeRoot, maxAge: options.Worktrees.MaxAge,
            time: provider.GetRequiredService<TimeProvider>(), maxActive: options.Worktrees.MaxActive));
        services.AddSingleton<WorktreeLeases>().AddSingleton<Retention>().AddSingleton<WorktreeDesk>().AddSingleton<RescueDesk>();
        services.AddSingleton<RunSpecs>().AddSingleton<SignIns>().AddSingleton<AgentTrial>().AddSingleton<IRunLauncher, LocalLauncher>().AddSingleton<RunOutput>().AddSingleton<LateMessages>().AddSingleton<EarlierRuns>();
        services.AddSingleton<Admission>().AddSingleton<Launch>().AddSingleton<Submission>().AddSingleton<Cancellation>();
        services.AddSingleton<SecretBox>().AddSingleton<AttemptTokens>().AddSingleton<Receivers>().AddSingleton<CallbackDesk>();
        services.AddSingleton<LandingCheck>().AddSingleton<CatchUp>().AddSingleton<Resolver>().AddSingleton<LandingMerge>().AddSingleton<LandingSteps>().AddSingleton<SendBack>().AddSingleton<BatchChain>().AddSingleton<BatchCheck>().AddSingleton<BatchRun>().AddSingleton<LandingRun>().AddSingleton<Resolutions>().AddSingleton<LandingDesk>().AddSingleton<Radar>();

        // Runs of the server before are adopted before anything new is claimed.
        return services.AddService<RunWatches>().AddService<Rescuer>().AddService<Train>().AddService<Promoter>().AddService<Dispatcher>().AddService<Janitor>().AddService<Courier>().AddService<RadarWatch>().AddService<Teacher>();
    }

    /// <summary>Makes the instruments that show what is rather than what happens, so that whoever listens finds them.</summary>
    public static void ShowFigures(this IServiceProvider services)
    {
        services.GetRequiredService<WorkMetrics>().Begin();
        services.GetRequiredService<QueueFigures>();
        services.GetRequiredService<UsageFigures>();
        services.GetRequiredService<MachineFigures>();
    }

    private static IServiceCollection AddService<T>(this IServiceCollection services)
        where T : class, IHostedService => services.AddSingleton<T>().AddHostedService(provider => provider.GetRequiredService<T>());
}
