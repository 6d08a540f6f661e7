using AutoBuild.Contract;
using AutoBuild.Core;
using AutoBuild.Core.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class MemoryHealthEndpoints
{
    private const string Service = "memory-service";

    /// <summary>Maps the health of the memory, at its own port; under the second path commands look whether a server lives.</summary>
    public static void MapMemoryHealth(this IEndpointRouteBuilder app)
    {
        foreach (var path in new[] { "/health", "/api/v1/health" })
        {
            var route = app.MapGet(path, Get).WithTags("health").At(Ports.Memory).Produces<MemoryHealth>().Produces<MemoryHealth>(503).WithMetadata(new Open());
            if (path != "/health")
            {
                route.ExcludeFromDescription();
            }
        }
    }

    /// <summary>Tells whether the memory works; needs no token.</summary>
    internal static async Task<IResult> Get(IStore store, Uptime uptime, CancellationToken cancel)
    {
        try
        {
            await store.GetQueueStatsAsync(cancel);
            return TypedResults.Ok(Told("healthy", "ok"));
        }
        catch (AutoBuildException fault)
        {
            return TypedResults.Json(Told("unhealthy", fault.Code), ApiJson.Context.MemoryHealth, statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        MemoryHealth Told(string status, string storeIs) => new(status, HealthEndpoints.Version, Service, uptime.Seconds, new Dictionary<string, string> { ["store"] = storeIs });
    }
}

/// <param name="Status">healthy, degraded or unhealthy.</param>
/// <param name="Service">Always memory-service.</param>
/// <param name="Uptime">Seconds.</param>
/// <param name="Checks">What was looked at: ok, or the code of what is wrong.</param>
internal sealed record MemoryHealth(
    [property: Words("healthy", "degraded", "unhealthy")] string Status, string Version, string Service, double Uptime, IReadOnlyDictionary<string, string> Checks);
