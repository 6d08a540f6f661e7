using System.Security.Cryptography;
using System.Text;
using AutoBuild.Configuration;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Lets a request through when its bearer token grants the role that the route needs.</summary>
internal sealed class TokenCheck(AccessOptions access)
{
    private const string Scheme = "Bearer ";

    private readonly (byte[] Hash, Caller Caller)[] _known =
        [.. access.Tokens.Select(token => (SHA256.HashData(Encoding.UTF8.GetBytes(token.Token)), token.Caller))];

    public Task RunAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<Open>() is not null)
        {
            return next(http);
        }

        if (Find(http.Request.Headers.Authorization) is not { } caller)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return new Problem(StatusCodes.Status401Unauthorized, "token_missing",
                "Send 'Authorization: Bearer <token>'; the server's own token is in the file that endpoints.json names as token_file.").ExecuteAsync(http);
        }

        var needed = endpoint.Metadata.GetMetadata<Needs>()?.Role ?? (IsRead(http.Request.Method) ? Role.Viewer : Role.Member);
        if (caller.Role < needed)
        {
            return new Problem(StatusCodes.Status403Forbidden, "role_missing",
                $"This needs a token with the role {Fields.Word(needed)}, yours has {Fields.Word(caller.Role)}.").ExecuteAsync(http);
        }

        http.Features.Set(caller);
        return next(http);
    }

    // Every known token is compared, in constant time, so that the time taken tells nothing.
    private Caller? Find(string? header)
    {
        if (access.Anonymous is { } anonymous)
        {
            return anonymous;
        }

        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var shown = SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()));
        Caller? found = null;
        foreach (var (hash, caller) in _known)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, shown) ? caller : found;
        }

        return found;
    }

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
}
