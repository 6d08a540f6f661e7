using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Index;

/// <summary>Lists what there is to index: of a repository at a commit, of a working tree as it stands, of a plain folder. Git itself says what is ignored.</summary>
public static class SourceTree
{
    private const int MostListed = 1 << 30;
    private const int Tries = 3;

    private static readonly GitOptions Own = new() { MaxOutput = MostListed };
    private static readonly GitOptions Users = new() { MaxOutput = MostListed, UserConfiguration = true };

    /// <summary>Lists the files of a commit.</summary>
    /// <param name="repository">Bare or not.</param>
    /// <param name="commit">Full id.</param>
    /// <param name="rules">What is left out.</param>
    /// <exception cref="WorkspaceException">not_a_repository, git_failed, git_missing.</exception>
    public static Task<SourceListing> AtCommitAsync(string repository, string commit, SourceRules rules, CancellationToken cancellation = default) =>
        AtCommitAsync(repository, commit, rules, Own, cancellation);

    /// <summary>Lists a checkout: what its commit holds, with the files that differ, which are read from the disk, and the untracked ones.</summary>
    /// <remarks>Each clean file is read as the commit has it, so that a switch of the branch while it is read changes nothing.</remarks>
    /// <exception cref="WorkspaceException">not_a_repository, repository_not_trusted, git_failed, git_missing.</exception>
    public static async Task<SourceListing> WorkingTreeAsync(string checkout, SourceRules rules, CancellationToken cancellation = default)
    {
        for (var left = Tries; ; left--)
        {
            var head = await HeadAsync(checkout, cancellation);
            var listing = head is null ? new SourceListing(checkout, null, [], [], 0) : await AtCommitAsync(checkout, head, rules.From(checkout), Users, cancellation);
            var status = await Git.ExpectAsync(checkout, ["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"], Users, cancellation);
            if (left == 1 || await HeadAsync(checkout, cancellation) == head)
            {
                return DiskFiles.Over(listing with { IsUsers = true }, status.Fields.Where(field => field.Length > 3).Select(field => field[3..]), rules.From(checkout));
            }
        }
    }

    /// <summary>Lists a folder that is no repository, by the ignore files in it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="empty">Where an empty repository may be made and kept, so that git reads the ignore files.</param>
    /// <param name="rules">What is left out.</param>
    /// <exception cref="WorkspaceException">git_failed, git_missing.</exception>
    public static async Task<SourceListing> FolderAsync(string folder, string empty, SourceRules rules, CancellationToken cancellation = default)
    {
        if (!File.Exists(Path.Combine(empty, "HEAD")))
        {
            await Git.ExpectAsync(Path.GetTempPath(), ["init", "-q", "--bare", "--template=", empty], null, cancellation);
        }

        var listed = await Git.ExpectAsync(folder, ["--git-dir=" + Path.GetFullPath(empty), "-c", "core.bare=false", "--work-tree=" + Path.GetFullPath(folder), "ls-files", "-o", "-z", "--exclude-standard"], Users, cancellation);
        return DiskFiles.Over(new SourceListing(folder, null, [], [], 0), listed.Fields, rules.From(folder)) with { Dirty = 0 };
    }

    /// <summary>Lists whatever stands at a path: a working tree as it is, a branch or commit of its repository, or a plain folder.</summary>
    /// <param name="path">A folder; within a working tree the whole of that is meant.</param>
    /// <param name="reference">A branch or commit; null is what is checked out.</param>
    /// <param name="empty">For a plain folder.</param>
    /// <param name="rules">What is left out.</param>
    /// <exception cref="WorkspaceException">repository_missing, branch_missing, repository_not_trusted, git_failed, git_missing.</exception>
    public static async Task<SourceListing> OfAsync(string path, string? reference, string empty, SourceRules rules, CancellationToken cancellation = default)
    {
        if (!Directory.Exists(path))
        {
            throw new WorkspaceException("repository_missing", $"There is no directory '{path}'. Give the path of a git repository or of a folder.");
        }

        var asked = await Git.RunAsync(path, ["rev-parse", "--is-bare-repository", "--show-cdup"], Users, cancellation);
        if (Git.Distrust(path, asked) is { } distrust)
        {
            throw distrust;
        }

        if (!asked.Succeeded && asked.Error.Contains("not a git repository", StringComparison.Ordinal))
        {
            return await FolderAsync(path, empty, rules, cancellation);
        }

        var isBare = asked.Output.StartsWith("true", StringComparison.Ordinal);
        if (reference is null && !isBare)
        {
            return await WorkingTreeAsync(await Git.TextAsync(path, ["rev-parse", "--show-toplevel"], Users, cancellation), rules, cancellation);
        }

        var commit = await ResolveAsync(path, reference ?? "HEAD", cancellation);
        return commit is null && reference is not null ? throw ProjectSource.Missing(reference)
            : commit is null ? new SourceListing(path, null, [], [], 0)
            : await AtCommitAsync(path, commit, rules, Users, cancellation) with { IsUsers = true };
    }

    /// <summary>The full id of what a name stands for, a branch of the origin included; null where there is none.</summary>
    internal static async Task<string?> ResolveAsync(string repository, string reference, CancellationToken cancellation)
    {
        foreach (var name in (string[])[reference, "refs/remotes/origin/" + reference])
        {
            if (await Git.RunAsync(repository, ["rev-parse", "-q", "--verify", "--end-of-options", name + "^{commit}"], Users, cancellation) is { Succeeded: true } found)
            {
                return found.Output;
            }
        }

        return null;
    }

    /// <summary>Is equal as long as nothing at a listing's place changed: its commit, and time and size of each file of the disk.</summary>
    internal static string Stamp(SourceListing listing)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{listing.Commit}\0{listing.Dirty}\0"));
        foreach (var file in listing.Files)
        {
            if (file.Blob is null)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path}\0{file.Size}\0{File.GetLastWriteTimeUtc(Path.Combine(listing.Root, file.Path)).Ticks}\0"));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The commit a checkout stands on; null where there is none yet.</summary>
    internal static async Task<string?> HeadAsync(string checkout, CancellationToken cancellation) =>
        await Git.RunAsync(checkout, ["rev-parse", "-q", "--verify", "HEAD^{commit}"], Users, cancellation) switch
        {
            { Succeeded: true } found => found.Output,
            var failed when Git.Distrust(checkout, failed) is { } distrust => throw distrust,
            var failed when failed.Error.Contains("not a git repository", StringComparison.Ordinal) => throw new WorkspaceException("not_a_repository", $"'{checkout}' is not a git repository."),
            var _ => null,
        };

    private static async Task<SourceListing> AtCommitAsync(string repository, string commit, SourceRules rules, GitOptions options, CancellationToken cancellation)
    {
        var tree = (await Git.ExpectAsync(repository, ["ls-tree", "-r", "-z", "-l", "--full-tree", commit], options, cancellation)).Bytes;
        if (!rules.HasIgnoreFile)
        {
            var ignore = await Git.RunAsync(repository, ["cat-file", "blob", $"{commit}:{SourceRules.IgnoreFile}"], options, cancellation);
            rules = ignore.Succeeded ? rules.WithIgnore(ignore.Output.Split('\n')) : rules;
        }

        var (files, skipped) = (new List<SourceFile>(), new List<SkippedFile>());
        foreach (var row in tree.AsSpan().Split((byte)0))
        {
            if (tree.AsSpan()[row] is { IsEmpty: false } entry)
            {
                Sort(entry, rules, files, skipped);
            }
        }

        files.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        return new SourceListing(repository, commit, files, skipped, 0);
    }

    // <mode> <type> <id> <size>\t<path>; the size is - of a submodule, and BAD of an object that is missing.
    private static void Sort(ReadOnlySpan<byte> entry, SourceRules rules, List<SourceFile> files, List<SkippedFile> skipped)
    {
        var tab = entry.IndexOf((byte)'\t');
        var path = Encoding.UTF8.GetString(entry[(tab + 1)..]);
        var head = Encoding.ASCII.GetString(entry[..tab]);
        var mode = head.AsSpan(0, 6);
        var id = head.Substring(12, head.IndexOf(' ', 12) - 12);
        var hasSize = long.TryParse(head.AsSpan(12 + id.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size);
        SkipReason? reason = mode switch
        {
            "120000" => SkipReason.Symlink,
            "160000" => SkipReason.Submodule,
            var _ => rules.Skips(path, size) ?? (hasSize ? null : SkipReason.Unreadable),
        };
        if (reason is { } why)
        {
            skipped.Add(new SkippedFile(path, size, why));
        }
        else
        {
            files.Add(new SourceFile(path, id, size, PathFlags.Of(path)));
        }
    }
}
