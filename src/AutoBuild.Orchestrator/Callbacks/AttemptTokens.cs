using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AutoBuild.Orchestrator.Callbacks;

/// <summary>Makes the token with which one attempt of one job may report its end, and nothing else.</summary>
/// <remarks>It is computed, not kept: nothing in the database could be stolen, and it is worthless once the attempt is over.</remarks>
public sealed class AttemptTokens(OrchestratorOptions options)
{
    private const string Prefix = "abc_";
    private const int MacSize = 24;

    private readonly byte[] _key = SecretBox.KeyOf(options.Callbacks.SecretKey, "autobuild attempt tokens");

    public string Of(Guid job, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{job:N}.{attempt}.{Mac(job, attempt)}");

    /// <summary>Returns the job and the attempt that a token stands for; null where it is none of ours.</summary>
    public (Guid Job, int Attempt)? Read(string token) =>
        token.StartsWith(Prefix, StringComparison.Ordinal) && token[Prefix.Length..].Split('.') is [var id, var number, var mac]
        && Guid.TryParseExact(id, "N", out var job) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Mac(job, attempt)), Encoding.UTF8.GetBytes(mac))
            ? (job, attempt) : null;

    private string Mac(Guid job, int attempt)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{job:N}.{attempt}");
        return Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)).AsSpan(0, MacSize));
    }
}
