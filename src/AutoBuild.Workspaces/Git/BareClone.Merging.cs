using System.Text;

namespace AutoBuild.Workspaces;

// Merging without a work tree: objects are written, no branch moves.
public sealed partial class BareClone
{
    /// <summary>Merges two commits with git's own merge; needs git 2.38.</summary>
    /// <exception cref="WorkspaceException">git_failed, also when the two have no common history.</exception>
    public async Task<MergeOutcome> MergeAsync(string ours, string theirs, string message, CancellationToken cancellation = default)
    {
        if (await ContainsAsync(theirs, ours, cancellation))
        {
            return new MergeOutcome.AlreadyContained();
        }
        string[] arguments = ["merge-tree", "--write-tree", "-z", "--messages", ours, theirs];
        var result = await Git.RunAsync(Path, arguments, null, cancellation);
        return result.ExitCode switch
        {
            0 => new MergeOutcome.Merged(await CommitMergeAsync(result.Fields[0], ours, theirs, message, cancellation), result.Fields[0]),
            1 => new MergeOutcome.Conflicted(ours, theirs, result.Fields[0], await new ConflictReader(Path).ReadAsync(result.Fields, cancellation)),
            _ => throw Git.Failure(Path, arguments, result),
        };
    }

    /// <summary>What git could not merge if each of these pairs met, in their order; empty of a pair that it could, null of one without common history. One process for all; nothing is kept but loose objects. Needs git 2.39.</summary>
    /// <exception cref="WorkspaceException">git_failed.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<CollidingFile>?>> CollisionsAsync(IReadOnlyList<(string One, string Other)> pairs, CancellationToken cancellation = default)
    {
        string[] arguments = ["merge-tree", "--write-tree", "-z", "--no-messages", "--stdin"];
        var found = new List<IReadOnlyList<CollidingFile>?>();
        while (found.Count < pairs.Count)
        {
            var input = string.Concat(pairs.Skip(found.Count).Select(pair => $"{pair.One} {pair.Other}\n"));
            var result = await Git.RunAsync(Path, arguments, new GitOptions { Input = Encoding.ASCII.GetBytes(input), MaxOutput = 256 << 20 }, cancellation);
            found.AddRange(CollidingFile.Read(result.Fields));
            if (result.ExitCode == 0 && found.Count == pairs.Count)
            {
                break;
            }

            // Git ends at the first pair without common history, with those before it told.
            if (found.Count >= pairs.Count || !await AreStrangersAsync(pairs[found.Count], cancellation))
            {
                throw Git.Failure(Path, arguments, result);
            }
            found.Add(null);
        }
        return found;
    }

    // 1 says so; any other is a fault, such as a commit that is missing.
    private async Task<bool> AreStrangersAsync((string One, string Other) pair, CancellationToken cancellation) =>
        (await Git.RunAsync(Path, ["merge-base", pair.One, pair.Other], null, cancellation)).ExitCode == 1;

    /// <summary>The contents of blobs by their ids; those that are not there, or larger than 4 MB, are left out.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>> ReadBlobsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
        await new ConflictReader(Path).ReadAsync([.. ids.Distinct()], cancellation);

    /// <summary>Finishes a conflicted merge with a resolution for every conflicted file.</summary>
    /// <exception cref="WorkspaceException">merge_unresolved: a conflicted file has no resolution.</exception>
    public async Task<MergeOutcome.Merged> ResolveMergeAsync(MergeOutcome.Conflicted conflict, IReadOnlyDictionary<string, ResolvedFile> resolutions,
        string message, CancellationToken cancellation = default)
    {
        if (conflict.Files.FirstOrDefault(file => !resolutions.ContainsKey(file.Path)) is { } missing)
        {
            throw new WorkspaceException("merge_unresolved", $"'{missing.Path}' has no resolution yet.");
        }
        return await ReplaceMergeAsync(conflict.Tree, conflict.Ours, conflict.Theirs, resolutions, message, cancellation);
    }

    /// <summary>Makes the merge of two commits whose tree is the given one with some files replaced.</summary>
    public async Task<MergeOutcome.Merged> ReplaceMergeAsync(string tree, string ours, string theirs, IReadOnlyDictionary<string, ResolvedFile> files, string message, CancellationToken cancellation = default)
    {
        var replaced = await ReplaceAsync(tree, files, cancellation);
        return new MergeOutcome.Merged(await CommitMergeAsync(replaced, ours, theirs, message, cancellation), replaced);
    }

    /// <summary>Makes a commit like the given one, parents and message alike, with some files replaced.</summary>
    public async Task<string> WithFilesAsync(string commit, IReadOnlyDictionary<string, ResolvedFile> files, CancellationToken cancellation = default)
    {
        var tree = await ReplaceAsync(await TreeAsync(commit, cancellation), files, cancellation);
        var parents = (await Git.TextAsync(Path, ["rev-list", "--parents", "-1", commit], null, cancellation)).Split(' ').Skip(1);
        var message = (await Git.ExpectAsync(Path, ["log", "-1", "--format=%B", "--no-show-signature", commit], null, cancellation)).Bytes;
        return await Git.TextAsync(Path, ["commit-tree", tree, .. parents.SelectMany(parent => (string[])["-p", parent]), "-F", "-"], new GitOptions { Input = message }, cancellation);
    }

    /// <summary>Keeps bytes as a blob and returns its id.</summary>
    public Task<string> WriteBlobAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default) =>
        Git.TextAsync(Path, ["hash-object", "-w", "--no-filters", "--stdin"], new GitOptions { Input = bytes }, cancellation);

    private Task<string> CommitMergeAsync(string tree, string ours, string theirs, string message, CancellationToken cancellation) =>
        Git.TextAsync(Path, ["commit-tree", tree, "-p", ours, "-p", theirs, "-F", "-"],
            new GitOptions { Input = Encoding.UTF8.GetBytes(message) }, cancellation);

    private async Task<string> ReplaceAsync(string tree, IReadOnlyDictionary<string, ResolvedFile> files, CancellationToken cancellation)
    {
        var index = Leftovers.NewIndex(Path);
        var options = new GitOptions { Environment = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index } };
        try
        {
            await Git.ExpectAsync(Path, ["read-tree", tree], options, cancellation);
            var lines = new StringBuilder();
            foreach (var (path, file) in files)
            {
                lines.Append(file.Object is null ? $"0 {Nothing}\t{path}\0" : $"{file.Mode ?? await ModeAsync(tree, path, cancellation)} {file.Object}\t{path}\0");
            }
            await Git.ExpectAsync(Path, ["update-index", "-z", "--index-info"], options with { Input = Encoding.UTF8.GetBytes(lines.ToString()) }, cancellation);
            return await Git.TextAsync(Path, ["write-tree"], options, cancellation);
        }
        finally
        {
            File.Delete(index);
        }
    }

    private async Task<string> ModeAsync(string tree, string path, CancellationToken cancellation)
    {
        var line = await Git.TextAsync(Path, ["ls-tree", "-z", "--full-tree", tree, "--", path], null, cancellation);
        return line.StartsWith("100755", StringComparison.Ordinal) ? "100755" : "100644";
    }
}
