using AutoBuild.Configuration;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Is who makes a request, as its token shows.</summary>
internal sealed record Caller(string Name, Role Role)
{
    public static Caller Of(HttpContext http) =>
        http.Features.Get<Caller>() ?? throw new InvalidOperationException("The request has not passed the token check.");

    /// <summary>Says why this caller may not say what an agent runs; null where they may.</summary>
    /// <remarks>Command and script run what they say on the server's machine.</remarks>
    public Problem? RefuseCommand(string? agentCommand, string? agentScript) => Refuse(agentCommand is not null ? "agent_command runs" : agentScript is not null ? "agent_script runs" : null);

    /// <summary>Says why this caller may not name a place on the server's machine, which is read or written with its rights; null where they may.</summary>
    public Problem? RefusePlace(string? place) => Refuse(string.IsNullOrWhiteSpace(place) ? null : "A path is one");

    private Problem? Refuse(string? what) => what is null || Role == Role.Admin ? null
        : new Problem(StatusCodes.Status403Forbidden, "role_missing", $"{what} on the server's machine, so it needs a token with the role admin.");
}

/// <summary>Marks a route with the least role that may call it; unmarked, reading needs viewer and all else member.</summary>
internal sealed record Needs(Role Role);

/// <summary>Marks a route that needs no token.</summary>
internal sealed record Open;
