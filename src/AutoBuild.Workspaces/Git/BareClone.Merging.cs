using System.Text;

namespace AutoBuild.Workspaces;

// Merging without a work tree: objects are written, no branch moves.
public sealed partial class BareClone
{
    private const int TextLimit = 4 << 20;

    /// <summary>Merges two commits with git's own merge; needs git 2.38.</summary>
    /// <exception cref="WorkspaceException">git_failed, also when the two have no common history.</exception>
    public async Task<MergeOutcome> MergeAsync(string ours, string theirs, string message, CancellationToken cancellation = default)
    {
        if (await ContainsAsync(theirs, ours, cancellation))
        {
            return new MergeOutcome.AlreadyContained();
        }
        string[] arguments = ["merge-tree", "--write-tree", "-z", "--no-messages", ours, theirs];
        var result = await Git.RunAsync(Path, arguments, null, cancellation);
        return result.ExitCode switch
        {
            0 => new MergeOutcome.Merged(await CommitMergeAsync(result.Fields[0], ours, theirs, message, cancellation), result.Fields[0]),
            1 => new MergeOutcome.Conflicted(ours, theirs, result.Fields[0], await ReadConflictsAsync(result.Fields, cancellation)),
            _ => throw Git.Failure(Path, arguments, result),
        };
    }

    /// <summary>The files that git could not merge if these two met; empty where it could. Nothing is kept of the merge but loose objects.</summary>
    /// <exception cref="WorkspaceException">git_failed, also when the two have no common history.</exception>
    public async Task<IReadOnlyList<string>> CollisionsAsync(string one, string other, CancellationToken cancellation = default)
    {
        string[] arguments = ["merge-tree", "--write-tree", "-z", "--no-messages", "--name-only", one, other];
        var result = await Git.RunAsync(Path, arguments, null, cancellation);
        return result.ExitCode switch
        {
            0 => [],
            1 => [.. result.Fields.Skip(1).TakeWhile(field => field.Length > 0)],
            _ => throw Git.Failure(Path, arguments, result),
        };
    }

    /// <summary>Finishes a conflicted merge with a text for every conflicted file; null deletes the file.</summary>
    /// <exception cref="WorkspaceException">merge_unresolved: a conflicted file has no resolution.</exception>
    public async Task<MergeOutcome.Merged> ResolveMergeAsync(MergeOutcome.Conflicted conflict, IReadOnlyDictionary<string, string?> resolutions,
        string message, CancellationToken cancellation = default)
    {
        if (conflict.Files.FirstOrDefault(file => !resolutions.ContainsKey(file.Path)) is { } missing)
        {
            throw new WorkspaceException("merge_unresolved", $"'{missing.Path}' has no resolution yet.");
        }
        var tree = await ReplaceAsync(conflict.Tree, resolutions, cancellation);
        return new MergeOutcome.Merged(await CommitMergeAsync(tree, conflict.Ours, conflict.Theirs, message, cancellation), tree);
    }

    private Task<string> CommitMergeAsync(string tree, string ours, string theirs, string message, CancellationToken cancellation) =>
        Git.TextAsync(Path, ["commit-tree", tree, "-p", ours, "-p", theirs, "-F", "-"],
            new GitOptions { Input = Encoding.UTF8.GetBytes(message) }, cancellation);

    private async Task<string> ReplaceAsync(string tree, IReadOnlyDictionary<string, string?> texts, CancellationToken cancellation)
    {
        var index = System.IO.Path.Combine(Path, $"autobuild-index-{Guid.NewGuid():N}");
        var options = new GitOptions { Environment = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index } };
        try
        {
            await Git.ExpectAsync(Path, ["read-tree", tree], options, cancellation);
            var lines = new StringBuilder();
            foreach (var (path, text) in texts)
            {
                lines.Append(text is null ? $"0 {Nothing}\t{path}\0"
                    : $"{await ModeAsync(tree, path, cancellation)} {await WriteBlobAsync(text, cancellation)}\t{path}\0");
            }
            await Git.ExpectAsync(Path, ["update-index", "-z", "--index-info"], options with { Input = Encoding.UTF8.GetBytes(lines.ToString()) }, cancellation);
            return await Git.TextAsync(Path, ["write-tree"], options, cancellation);
        }
        finally
        {
            File.Delete(index);
        }
    }

    private Task<string> WriteBlobAsync(string text, CancellationToken cancellation) => Git.TextAsync(Path, ["hash-object", "-w", "--no-filters", "--stdin"],
        new GitOptions { Input = Encoding.UTF8.GetBytes(text) }, cancellation);

    private async Task<string> ModeAsync(string tree, string path, CancellationToken cancellation)
    {
        var line = await Git.TextAsync(Path, ["ls-tree", "-z", "--full-tree", tree, "--", path], null, cancellation);
        return line.StartsWith("100755", StringComparison.Ordinal) ? "100755" : "100644";
    }

    // After the tree come "<mode> <object> <stage>\t<path>", one per side that has the file.
    private async Task<IReadOnlyList<ConflictedFile>> ReadConflictsAsync(IReadOnlyList<string> fields, CancellationToken cancellation)
    {
        var files = new List<ConflictedFile>();
        foreach (var group in fields.Skip(1).TakeWhile(field => field.Length > 0).Select(ConflictEntry.Parse).GroupBy(entry => entry.Path))
        {
            var texts = new string?[4];
            foreach (var entry in group.Where(entry => entry.IsFile))
            {
                texts[entry.Stage] = AsText((await Git.ExpectAsync(Path, ["cat-file", "blob", entry.Object], null, cancellation)).Bytes, TextLimit);
            }
            var kind = ConflictEntry.Kind([.. group], [.. group.Select(entry => texts[entry.Stage])]);
            files.Add(new ConflictedFile(group.Key, kind, texts[1], texts[2], texts[3]));
        }
        return files;
    }

    private sealed record ConflictEntry(string Mode, string Object, int Stage, string Path)
    {
        public bool IsFile => Mode is "100644" or "100755";

        public static ConflictEntry Parse(string field)
        {
            var tab = field.IndexOf('\t', StringComparison.Ordinal);
            var parts = field[..tab].Split(' ');
            return new(parts[0], parts[1], parts[2][0] - '0', field[(tab + 1)..]);
        }

        public static ConflictKind Kind(IReadOnlyList<ConflictEntry> entries, IReadOnlyList<string?> texts)
        {
            if (!entries.All(entry => entry.IsFile))
            {
                return ConflictKind.Other;
            }
            if (texts.Contains(null))
            {
                return ConflictKind.Binary;
            }
            return string.Concat(entries.Select(entry => entry.Stage).Order()) switch
            {
                "123" => ConflictKind.Content,
                "23" => ConflictKind.BothAdded,
                "13" => ConflictKind.DeletedByOurs,
                "12" => ConflictKind.DeletedByTheirs,
                _ => ConflictKind.Other,
            };
        }
    }
}
