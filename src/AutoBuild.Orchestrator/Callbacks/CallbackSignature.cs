using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AutoBuild.Orchestrator.Callbacks;

/// <summary>Signs a body with a shared secret and the time, so that it can be neither altered nor kept and sent again later.</summary>
public static class CallbackSignature
{
    public const string Header = "X-AutoBuild-Signature";
    public const string TimeHeader = "X-AutoBuild-Timestamp";

    private const string Scheme = "sha256=";
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Returns HMAC-SHA-256 over timestamp, a dot and the body, as <c>sha256=hex</c>.</summary>
    /// <param name="timestamp">Seconds since 1970.</param>
    public static string Of(string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(Encoding.UTF8.GetBytes(timestamp + "."));
        mac.AppendData(body);
        return Scheme + Convert.ToHexStringLower(mac.GetHashAndReset());
    }

    public static string Timestamp(DateTimeOffset now) => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Tells, in constant time, whether a signature is right and at most five minutes old or early.</summary>
    public static bool IsRight(string secret, string timestamp, string signature, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(now.ToUnixTimeSeconds() - seconds) <= Tolerance.TotalSeconds
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Of(secret, timestamp, body)), Encoding.UTF8.GetBytes(signature));
}
