using AutoBuild.Contract;
using AutoBuild.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class MetricsEndpoints
{
    public static void MapMetrics(this IEndpointRouteBuilder api) =>
        api.MapGet("/metrics", Get).WithTags("health").At(Ports.Both)
            .ProducesText("# HELP autobuild_jobs Unfinished jobs.\n# TYPE autobuild_jobs gauge\nautobuild_jobs{state=\"queued\"} 3\n");

    /// <summary>Tells every figure in the text format of Prometheus. docs/metrics.md lists them.</summary>
    internal static IResult Get(PrometheusText metrics) => TypedResults.Text(metrics.Write(), PrometheusText.ContentType);
}
