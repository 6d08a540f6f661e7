using System.Security.Cryptography;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd;

/// <summary>Is a repository with a test script of its own.</summary>
internal static class Repository
{
    /// <summary>Makes one whose test wants every <c>*.txt</c> to end with a full stop.</summary>
    public static async Task<string> CreateAsync(string folder)
    {
        var path = Directory.CreateDirectory(Path.Combine(folder, "repository")).FullName;
        await File.WriteAllTextAsync(Path.Combine(path, "first.txt"), "One.\n");
        await File.WriteAllTextAsync(Path.Combine(path, "test.sh"), "for file in *.txt; do grep -q '\\.$' \"$file\" || { echo \"$file has no full stop\"; exit 1; }; done\n");
        await File.WriteAllTextAsync(Path.Combine(path, ".autobuild.yaml"), "qa:\n  - name: full-stops\n    command: sh test.sh\n");
        await Git.ExpectAsync(path, ["init", "--quiet", "--initial-branch", "main"]);
        await Git.ExpectAsync(path, ["add", "--all"]);
        await Git.ExpectAsync(path, ["commit", "--quiet", "--message", "first"]);
        return path;
    }

    /// <summary>Hashes every file of a checkout, those of git too.</summary>
    public static IReadOnlyDictionary<string, string> Bytes(string path) => Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(path, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
}
