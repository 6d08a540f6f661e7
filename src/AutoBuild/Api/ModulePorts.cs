using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace AutoBuild.Api;

/// <summary>Names the ports of this process.</summary>
/// <param name="Orchestrator">Where the orchestrator listens; null where it does not run here.</param>
/// <param name="Memory">Where the memory listens; null where it does not run here.</param>
internal sealed record ModulePorts(int? Orchestrator, int? Memory)
{
    public bool IsMemoryAlone => Orchestrator is null;

    /// <summary>Tells whether a request came in at the memory's port; the Host header, which anybody may write, is not asked.</summary>
    public bool IsMemory(HttpContext http) => Memory is { } port && http.Connection.LocalPort == port;
}

/// <summary>Says at which ports a route is served; unmarked, at the orchestrator's alone.</summary>
[Flags]
internal enum Ports
{
    Orchestrator = 1,
    Memory = 2,
    Both = Orchestrator | Memory,
}

/// <summary>Marks a route with its ports.</summary>
internal sealed record ServedAt(Ports Ports)
{
    public static Ports Of(IEnumerable<object> metadata) => metadata.OfType<ServedAt>().LastOrDefault()?.Ports ?? Ports.Orchestrator;
}

/// <summary>Lets a request meet only the routes of the port it came to, so that one path can be two routes.</summary>
internal sealed class PortPolicy(ModulePorts ports) : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => 0;

    // What answers to a wrong method or type is no route, and says the same at every port.
    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsRoute);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var port = ports.IsMemory(httpContext) ? Ports.Memory : Ports.Orchestrator;
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && IsRoute(candidates[i].Endpoint) && !ServedAt.Of(candidates[i].Endpoint.Metadata).HasFlag(port))
            {
                candidates.SetValidity(i, false);
            }
        }

        return Task.CompletedTask;
    }

    private static bool IsRoute(Endpoint endpoint) => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null;
}

internal static class ServedRoutes
{
    /// <summary>Serves a route, or a group of them, at these ports.</summary>
    public static T At<T>(this T route, Ports ports)
        where T : IEndpointConventionBuilder => route.WithMetadata(new ServedAt(ports));
}
