using AutoBuild.Configuration;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>
/// Refuses requests that a foreign web page makes through somebody's browser: those under a Host name that is not ours
/// (DNS rebinding) and those whose Origin is another site.
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

        var origin = http.Request.Headers.Origin.ToString();
        var foreign = origin.Length > 0 ? !IsSame(origin, host) : http.Request.Headers["Sec-Fetch-Site"] == "cross-site";
        return foreign
            ? new Problem(StatusCodes.Status403Forbidden, "origin_refused",
                $"A web page of {(origin.Length > 0 ? origin : "another site")} may not call this server; open the server's own address instead.").ExecuteAsync(http)
            : next(http);
    }

    private bool IsOurs(string host) =>
        access.Hosts is null || ListenRule.IsLoopback(host) || access.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    // The scheme is left out: a proxy in front may speak TLS where we don't.
    private static bool IsSame(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);
}
