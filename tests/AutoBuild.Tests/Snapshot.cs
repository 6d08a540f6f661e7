using System.Security.Cryptography;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests;

/// <summary>Writes down a directory, its .git too: every file with its time, mode and hash, every link, every empty directory.</summary>
internal static class Snapshot
{
    public static string Of(string directory)
    {
        var lines = TreeFiles.Walk(directory).Select(file => $"{Path.GetRelativePath(directory, file.FullName)} {file.LinkTarget ?? Content(file)}");
        var empty = Directory.EnumerateDirectories(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(folder => !Directory.EnumerateFileSystemEntries(folder).Any()).Select(folder => Path.GetRelativePath(directory, folder) + "/");
        return string.Join('\n', lines.Concat(empty).Order(StringComparer.Ordinal));
    }

    private static string Content(FileSystemInfo file) =>
        $"{file.LastWriteTimeUtc.Ticks} {File.GetUnixFileMode(file.FullName)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.FullName)))}";
}
