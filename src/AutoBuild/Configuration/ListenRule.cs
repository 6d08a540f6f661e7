using System.Net;
using AutoBuild.Core;

namespace AutoBuild.Configuration;

/// <summary>Holds the server to loopback unless somebody wrote down who may call it.</summary>
public static class ListenRule
{
    /// <summary>Throws <c>auth_required</c> where strangers could reach an API that nobody decided to open.</summary>
    public static void Check(Settings settings)
    {
        if (Objection(settings) is { } objection)
        {
            throw objection;
        }
    }

    /// <summary>Returns why a server with these settings would not start; null where it would.</summary>
    public static AutoBuildException? Objection(Settings settings)
    {
        var host = settings.Server.Host;
        var origin = settings.Sources.TryGetValue("server.host", out var source) ? $" ({source})" : "";
        return IsLoopback(host) ? null
            : !settings.Auth.Written ? new AutoBuildException("auth_required",
                $"server.host is {host}{origin}, which others can reach. Add 'auth: token' (the token in the data directory) or a list of tokens with roles to the configuration, or listen on 127.0.0.1.")
            : settings.Auth.Mode == AuthMode.None ? new AutoBuildException("auth_required",
                $"'auth: none' is for loopback only, and server.host is {host}{origin}. Use 'auth: token', or listen on 127.0.0.1.")
            : null;
    }

    /// <summary>Tells whether only this machine can reach the address.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
