using AutoBuild.Orchestrator.Landings;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Orchestrator.Worktrees;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Orchestrator;

/// <summary>Puts the orchestrator together.</summary>
public static class Registration
{
    /// <summary>Adds queue, runs, landings and worktrees. Needs IStore and TimeProvider; hosted services start in this order.</summary>
    public static IServiceCollection AddOrchestrator(this IServiceCollection services, OrchestratorOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Bells>()
        .AddSingleton<ProjectRegistry>()
        .AddSingleton<WorktreeDesk>()
        .AddSingleton<RunOutput>()
        .AddSingleton<Submission>()
        .AddSingleton<Cancellation>()
        .AddSingleton<LandingDesk>()
        .AddSingleton<Dispatcher>()
        .AddHostedService(provider => provider.GetRequiredService<Dispatcher>());
}
