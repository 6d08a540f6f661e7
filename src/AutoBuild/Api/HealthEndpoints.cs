using System.Reflection;
using AutoBuild.Configuration;
using AutoBuild.Contract;
using AutoBuild.Core;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Worktrees;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class HealthEndpoints
{
    /// <summary>Bytes below which runs are likely to fail for want of space.</summary>
    private const long LowDisk = 1_000_000_000;

    public static readonly string Version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "";

    public static void MapHealth(this IEndpointRouteBuilder api)
    {
        var health = api.MapGroup("/health").WithTags("health");
        health.MapGet("", Get).Produces<Health>().Produces<Health>(503).WithMetadata(new Open());
        health.MapGet("/deep", Deep).Produces<DeepHealth>().WithMetadata(new Needs(Role.Admin));
    }

    /// <summary>Tells whether the server works; needs no token.</summary>
    internal static async Task<IResult> Get(
        IStore store, WorktreeDesk desk, Admission admission, OrchestratorOptions options, Uptime uptime, CancellationToken cancel)
    {
        try
        {
            var queue = await store.GetQueueStatsAsync(cancel);
            var trees = await desk.StatsAsync(cancel);
            var disk = new DriveInfo(options.DataDirectory).AvailableFreeSpace >= LowDisk;
            return TypedResults.Ok(new Health(disk && admission.Hold is null ? "healthy" : "degraded", Version, uptime.Seconds,
                new QueueHealth(queue.PendingJobs, queue.RunningJobs, queue.MaxWorkers, queue.Paused), trees,
                new Dictionary<string, string> { ["store"] = "ok", ["disk"] = disk ? "ok" : "disk_low", ["queue"] = admission.Hold is { } hold ? $"held_by_{hold.Reason}" : "ok" }));
        }
        catch (AutoBuildException fault)
        {
            var sick = new Health("unhealthy", Version, uptime.Seconds, null, null, new Dictionary<string, string> { ["store"] = fault.Code });
            return TypedResults.Json(sick, ApiJson.Context.Health, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>Checks the invariants of the store now.</summary>
    internal static async Task<IResult> Deep(IStore store, CancellationToken cancel)
    {
        var broken = await store.CheckInvariantsAsync(cancel);
        return TypedResults.Ok(new DeepHealth(broken.Count == 0 ? "healthy" : "unhealthy", broken));
    }
}

/// <summary>Tells how long this server has run.</summary>
internal sealed class Uptime(TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();

    public double Seconds => Math.Round(time.GetElapsedTime(_began).TotalSeconds, 1);
}

/// <param name="Status">healthy, degraded or unhealthy.</param>
/// <param name="Uptime">Seconds.</param>
/// <param name="Checks">What was looked at: ok, or the code of what is wrong.</param>
internal sealed record Health(
    [property: Words("healthy", "degraded", "unhealthy")] string Status, string Version, double Uptime, QueueHealth? Queue, WorktreeStats? Worktrees, IReadOnlyDictionary<string, string> Checks);

internal sealed record QueueHealth(int PendingJobs, int RunningJobs, int MaxWorkers, bool Paused);

/// <param name="Broken">A sentence for each invariant that does not hold.</param>
internal sealed record DeepHealth([property: Words("healthy", "unhealthy")] string Status, IReadOnlyList<string> Broken);
