using System.Security.Cryptography;
using AutoBuild.Core;
using AutoBuild.Workspaces;

namespace AutoBuild.Hosting;

/// <summary>Keeps the server's own token, and its key: 32 random bytes in hex, readable by the owner alone.</summary>
internal static class TokenFile
{
    private const int Letters = 64;

    /// <summary>Returns the token, which is made at the first start; a file that others could read is closed to them, and that is said.</summary>
    /// <exception cref="AutoBuildException"><c>token_unsafe</c>: what stands there is no file of ours.</exception>
    public static string OpenOrCreate(string path, TextWriter error)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null || Directory.Exists(path))
        {
            throw new AutoBuildException("token_unsafe", $"'{path}' is {(file.LinkTarget is null ? "a directory" : "a link")}, where the server keeps a secret in a file of its own. Remove it and start again: a new one is made.");
        }

        if (!file.Exists || File.ReadAllText(path).Trim() is not { Length: > 0 } known)
        {
            var token = RandomNumberGenerator.GetHexString(Letters, lowercase: true);
            WriteFile.ByRename(path, token + "\n");
            return token;
        }

        if ((file.UnixFileMode & ~WriteFile.OwnerOnly) != 0)
        {
            file.UnixFileMode = WriteFile.OwnerOnly;
            error.WriteLine($"Others could read '{path}'; now only its owner can. If somebody may have read it, remove the file and start again: a new one is made.");
        }

        return known;
    }
}
