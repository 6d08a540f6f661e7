using System.Security.Cryptography;

namespace AutoBuild.Hosting;

/// <summary>Keeps the server's own token: 32 random bytes in hex, readable by the owner alone.</summary>
internal static class TokenFile
{
    private const UnixFileMode OwnerReads = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Returns the token, which is made at the first start.</summary>
    public static string OpenOrCreate(string path)
    {
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } known)
        {
            File.SetUnixFileMode(path, OwnerReads);
            return known;
        }

        var token = RandomNumberGenerator.GetHexString(64, lowercase: true);
        WriteFile.ByRename(path, token + "\n", OwnerReads);
        return token;
    }
}
