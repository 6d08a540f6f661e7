using AutoBuild.Configuration;

namespace AutoBuild.Api;

/// <summary>Says who may call, and under which names the server answers.</summary>
/// <param name="Tokens">Each token with whom it stands for.</param>
/// <param name="Anonymous">Who a request without a token is; null refuses it.</param>
/// <param name="Hosts">Names a Host header may carry beside those of loopback; null takes any, for a server that listens on every address.</param>
internal sealed record AccessOptions(
    IReadOnlyList<(string Token, Caller Caller)> Tokens, Caller? Anonymous, IReadOnlyList<string>? Hosts)
{
    /// <summary>Makes the rules of a server from its settings.</summary>
    /// <param name="own">The token in the data directory.</param>
    public static AccessOptions From(Settings settings, string own) => new(
        settings.Auth.Mode switch
        {
            AuthMode.Token => [(own, new Caller("local", Role.Admin))],
            AuthMode.List => [(own, new Caller("local", Role.Admin)), .. settings.Auth.Tokens.Select((token, i) => (token.Token, new Caller($"token-{i + 1}", token.Role)))],
            AuthMode.None => [],
        },
        settings.Auth.Mode == AuthMode.None ? new Caller("anonymous", Role.Admin) : null,
        settings.Server.Host is "0.0.0.0" or "::" or "*" ? null : [settings.Server.Host]);
}
