using System.Diagnostics.Metrics;
using System.Globalization;
using AutoBuild.Api;
using AutoBuild.Core.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Telemetry;

/// <summary>Measures requests by route, and the event streams.</summary>
internal sealed class HttpMetrics(Instruments instruments, TimeProvider time)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    private readonly Counter<long> _requests = instruments.Counter(
        "autobuild.http.requests", "{request}", "Requests that were answered; route is the template, none where there is no such route.", "route", "method", "status");

    private readonly Histogram<double> _seconds = instruments.Seconds(
        "autobuild.http.request", "How long an answer took; without what lasts, such as event streams.",
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10], "route", "method");

    private readonly UpDownCounter<long> _streams = instruments.Level("autobuild.event.streams", "{stream}", "Event streams that are open.");

    private readonly Counter<long> _dropped = instruments.Counter("autobuild.event.streams.dropped", "{stream}", "Event streams that were cut off because their reader took nothing.");

    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        var began = time.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            var endpoint = http.GetEndpoint();
            var route = new KeyValuePair<string, object?>("route", (endpoint as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/') ?? "none");
            var method = new KeyValuePair<string, object?>("method", Methods.Contains(http.Request.Method) ? http.Request.Method : FewValues.Other);
            _requests.Add(1, route, method, new("status", http.Response.StatusCode.ToString(CultureInfo.InvariantCulture)));
            if (endpoint?.Metadata.GetMetadata<Lasting>() is null)
            {
                _seconds.Record(time.GetElapsedTime(began).TotalSeconds, route, method);
            }
        }
    }

    public void StreamOpened() => _streams.Add(1);

    /// <param name="dropped">Whether the reader was cut off.</param>
    public void StreamClosed(bool dropped)
    {
        _streams.Add(-1);
        _dropped.Add(dropped ? 1 : 0);
    }

    /// <summary>Shows from the start what has not happened yet.</summary>
    public void Begin()
    {
        _streams.Add(0);
        _dropped.Add(0);
    }
}
