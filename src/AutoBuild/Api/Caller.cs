using AutoBuild.Configuration;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Is who makes a request, as its token shows.</summary>
internal sealed record Caller(string Name, Role Role)
{
    public static Caller Of(HttpContext http) =>
        http.Features.Get<Caller>() ?? throw new InvalidOperationException("The request has not passed the token check.");

    /// <summary>Says why this caller may not give an agent's command line; null where they may.</summary>
    /// <remarks>It runs whatever it says on the server's machine.</remarks>
    public Problem? RefuseCommand(string? agentCommand) =>
        agentCommand is null || Role == Role.Admin ? null
            : new Problem(StatusCodes.Status403Forbidden, "role_missing", "agent_command runs on the server's machine, so it needs a token with the role admin.");
}

/// <summary>Marks a route with the least role that may call it; unmarked, reading needs viewer and all else member.</summary>
internal sealed record Needs(Role Role);

/// <summary>Marks a route that needs no token.</summary>
internal sealed record Open;
