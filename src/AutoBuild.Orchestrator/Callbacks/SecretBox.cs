using System.Security.Cryptography;
using System.Text;

namespace AutoBuild.Orchestrator.Callbacks;

/// <summary>Seals secrets for the database with a key that is not in it (AES-256-GCM).</summary>
public sealed class SecretBox(OrchestratorOptions options)
{
    private const string Version = "v1.";
    private const int KeySize = 32;

    private readonly byte[] _key = KeyOf(options.Callbacks.SecretKey, "autobuild callback secrets");

    /// <summary>Makes a key for one purpose of the server's own secret.</summary>
    internal static byte[] KeyOf(string secretKey, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secretKey), KeySize, info: Encoding.UTF8.GetBytes(purpose));

    public string Seal(string secret)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var (nonceSize, tagSize) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        var whole = new byte[nonceSize + plain.Length + tagSize];
        var nonce = whole.AsSpan(0, nonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, tagSize);
        aes.Encrypt(nonce, plain, whole.AsSpan(nonceSize, plain.Length), whole.AsSpan(nonceSize + plain.Length));
        return Version + Convert.ToBase64String(whole);
    }

    /// <summary>Returns the secret; null where it was sealed with another key, or altered.</summary>
    public string? Open(string @sealed)
    {
        var (nonceSize, tagSize) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        var whole = new byte[@sealed.Length];
        if (!@sealed.StartsWith(Version, StringComparison.Ordinal)
            || !Convert.TryFromBase64String(@sealed[Version.Length..], whole, out var length) || length < nonceSize + tagSize)
        {
            return null;
        }

        var plain = new byte[length - nonceSize - tagSize];
        try
        {
            using var aes = new AesGcm(_key, tagSize);
            aes.Decrypt(whole.AsSpan(0, nonceSize), whole.AsSpan(nonceSize, plain.Length), whole.AsSpan(length - tagSize, tagSize), plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
