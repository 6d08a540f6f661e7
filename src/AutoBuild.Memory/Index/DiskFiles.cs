using System.Security.Cryptography;
using System.Text;

namespace AutoBuild.Memory.Index;

/// <summary>Looks at files where they stand on the disk; never through a link.</summary>
internal static class DiskFiles
{
    /// <summary>Lays files of the disk over a listing; those that are not there any more leave it.</summary>
    public static SourceListing Over(SourceListing below, IEnumerable<string> paths, SourceRules rules)
    {
        var changed = paths.ToHashSet(StringComparer.Ordinal);
        var files = below.Files.Where(file => !changed.Contains(file.Path)).ToList();
        var skipped = below.Skipped.Where(file => !changed.Contains(file.Path)).ToList();
        var root = new DirectoryInfo(below.Root).FullName;
        foreach (var path in changed)
        {
            if (path.EndsWith('/'))
            {
                skipped.Add(new SkippedFile(path, 0, SkipReason.Submodule));
            }
            else if (Look(root, path) is { } found)
            {
                var reason = found.IsLink ? SkipReason.Symlink : rules.Skips(path, found.Size);
                if (reason is { } why)
                {
                    skipped.Add(new SkippedFile(path, found.Size, why));
                }
                else
                {
                    files.Add(new SourceFile(path, null, found.Size, PathFlags.Of(path)));
                }
            }
        }

        files.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        return below with { Files = files, Skipped = skipped, Dirty = changed.Count };
    }

    /// <summary>The bytes of a file; null where it is gone, a link, or larger than it may be.</summary>
    public static byte[]? Read(string root, string path, long most)
    {
        try
        {
            if (Look(new DirectoryInfo(root).FullName, path) is not { IsLink: false } found || found.Size > most)
            {
                return null;
            }

            using var file = File.OpenHandle(Path.Combine(root, path));
            var bytes = new byte[found.Size];
            var length = RandomAccess.Read(file, bytes, 0);
            return length == bytes.Length ? bytes : bytes[..length];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Git's id of a blob that holds these bytes.</summary>
#pragma warning disable CA5350 // It is git's name of the content, and guards nothing.
    public static string Id(ReadOnlySpan<byte> bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"));
        hash.AppendData(bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
#pragma warning restore CA5350

    // Null where nothing is. A folder on the way that is a link leads elsewhere.
    private static (bool IsLink, long Size)? Look(string root, string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (new DirectoryInfo(Path.Combine(root, path[..slash])) is { Exists: false } or { LinkTarget: not null })
            {
                return null;
            }
        }

        var file = new FileInfo(Path.Combine(root, path));
        return file.LinkTarget is not null ? (true, 0) : file.Exists ? (false, file.Length) : null;
    }
}
