using AutoBuild.Configuration;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>
/// Refuses requests that a foreign web page makes through somebody's browser: those under a Host name that is not ours
/// (DNS rebinding) and those that another site's page sends. The port of the Host is free, for a tunnel may end on another one.
/// </summary>
internal sealed class OriginCheck(AccessOptions access)
{
    public Task RunAsync(HttpContext http, RequestDelegate next)
    {
        var host = http.Request.Host;
        if (!IsOurs(host.Host))
        {
            return new Problem(StatusCodes.Status403Forbidden, "host_refused",
                $"The Host header names '{host}', which this server does not answer to; use localhost, or set server.host.").ExecuteAsync(http);
        }

        return Stranger(http.Request) is { } stranger
            ? new Problem(StatusCodes.Status403Forbidden, "origin_refused",
                $"A web page of {stranger} may not call this server; open the server's own address instead.").ExecuteAsync(http)
            : next(http);
    }

    /// <summary>Names the site whose page sends this; null where none does. A browser writes these headers itself, a page can't.</summary>
    /// <remarks>"same-site" is a stranger too: every port of localhost is the same site.</remarks>
    private static string? Stranger(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !IsSame(origin, request.Host))
        {
            return origin;
        }

        if (request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none"))
        {
            return "another site";
        }

        var referer = request.Headers.Referer.ToString();
        return origin.Length == 0 && referer.Length > 0 && !IsSame(referer, request.Host) ? "another site" : null;
    }

    private bool IsOurs(string host) =>
        access.Hosts is null || ListenRule.IsLoopback(host) || access.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    // The scheme is left out: a proxy in front may speak TLS where we don't.
    private static bool IsSame(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);
}
