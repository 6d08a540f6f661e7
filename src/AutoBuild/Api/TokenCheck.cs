using System.Security.Cryptography;
using System.Text;
using AutoBuild.Configuration;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Lets a request through when its bearer token grants the role that the route needs.</summary>
/// <remarks>What does not exist needs a token too: only health is open. Who shows none, or a wrong one, is soon slowed down.</remarks>
internal sealed class TokenCheck(AccessOptions access) : IDisposable
{
    private const string Scheme = "Bearer ";
    private static readonly string[] InUrl = ["token", "access_token"];

    private readonly (byte[] Hash, Caller Caller)[] _known =
        [.. access.Tokens.Select(token => (SHA256.HashData(Encoding.UTF8.GetBytes(token.Token)), token.Caller))];

    private readonly RateCheck _strangers = new(new RateOptions(Burst: 200, PerSecond: 10, "requests without a known token"));

    public Task RunAsync(HttpContext http, RequestDelegate next)
    {
        var endpoint = http.GetEndpoint()?.Metadata;
        if (endpoint?.GetMetadata<Open>() is not null)
        {
            return next(http);
        }

        if (InUrl.Any(http.Request.Query.ContainsKey))
        {
            return new Problem(StatusCodes.Status400BadRequest, "token_in_url",
                "A token in an address ends in histories and logs. Send it as 'Authorization: Bearer <token>', and make a new one if this one was real.").ExecuteAsync(http);
        }

        if (endpoint?.GetMetadata<OwnBearer>() is not null)
        {
            return next(http);
        }

        if (Find(http.Request.Headers.Authorization) is not { } caller)
        {
            return RefuseAsync(http);
        }

        var needed = endpoint?.GetMetadata<Needs>()?.Role ?? (IsRead(http.Request.Method) ? Role.Viewer : Role.Member);
        if (caller.Role < needed)
        {
            return new Problem(StatusCodes.Status403Forbidden, "role_missing",
                $"This needs a token with the role {Fields.Word(needed)}, yours has {Fields.Word(caller.Role)}.").ExecuteAsync(http);
        }

        http.Features.Set(caller);
        return next(http);
    }

    /// <summary>Answers somebody who shows nothing that is known.</summary>
    public Task RefuseAsync(HttpContext http) => _strangers.RunAsync(http, Refuse);

    /// <summary>Returns what stands after <c>Bearer</c>; null where nothing does.</summary>
    public static string? BearerOf(string? header) =>
        header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true && header[Scheme.Length..].Trim() is { Length: > 0 } bearer ? bearer : null;

    public void Dispose() => _strangers.Dispose();

    private static Task Refuse(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return new Problem(StatusCodes.Status401Unauthorized, "token_missing",
            "Send 'Authorization: Bearer <token>'; the server's own token is in the file that endpoints.json names as token_file.").ExecuteAsync(http);
    }

    /// <summary>Returns whose token a header shows; null where it is none of ours.</summary>
    /// <remarks>Every known token is compared, in constant time, so that the time taken tells nothing.</remarks>
    public Caller? Find(string? header)
    {
        if (access.Anonymous is { } anonymous)
        {
            return anonymous;
        }

        if (BearerOf(header) is not { } bearer)
        {
            return null;
        }

        var shown = SHA256.HashData(Encoding.UTF8.GetBytes(bearer));
        Caller? found = null;
        foreach (var (hash, caller) in _known)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, shown) ? caller : found;
        }

        return found;
    }

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
}
