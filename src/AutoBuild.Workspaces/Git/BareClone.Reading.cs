using System.Globalization;

namespace AutoBuild.Workspaces;

// What is read: commits, trees, files, differences. No lock, no change.
public sealed partial class BareClone
{
    /// <summary>The commit that a revision names; null when there is none.</summary>
    public async Task<string?> ResolveAsync(string rev, CancellationToken cancellation = default)
    {
        var result = await Git.RunAsync(Path, ["rev-parse", "-q", "--verify", "--end-of-options", rev + "^{commit}"], null, cancellation);
        return result.Succeeded ? result.Output : null;
    }

    /// <summary>The tree of a commit: equal trees hold equal files.</summary>
    public Task<string> TreeAsync(string commit, CancellationToken cancellation = default) =>
        Git.TextAsync(Path, ["rev-parse", "-q", "--verify", "--end-of-options", commit + "^{tree}"], null, cancellation);

    /// <summary>True when <paramref name="ancestor"/> is <paramref name="descendant"/> or part of its history.</summary>
    public async Task<bool> ContainsAsync(string ancestor, string descendant, CancellationToken cancellation = default)
    {
        string[] arguments = ["merge-base", "--is-ancestor", ancestor, descendant];
        var result = await Git.RunAsync(Path, arguments, null, cancellation);
        return result.ExitCode switch
        {
            0 => true,
            1 => false,
            _ => throw Git.Failure(Path, arguments, result),
        };
    }

    /// <summary>How many commits <paramref name="rev"/> has that <paramref name="other"/> lacks, and the other way round.</summary>
    public async Task<(int Ahead, int Behind)> DistanceAsync(string rev, string other, CancellationToken cancellation = default)
    {
        var counts = (await Git.TextAsync(Path, ["rev-list", "--left-right", "--count", $"{rev}...{other}", "--"], null, cancellation)).Split('\t');
        return (int.Parse(counts[0], CultureInfo.InvariantCulture), int.Parse(counts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The best common ancestor; null when there is none.</summary>
    public async Task<string?> MergeBaseAsync(string one, string other, CancellationToken cancellation = default)
    {
        var result = await Git.RunAsync(Path, ["merge-base", one, other], null, cancellation);
        return result.Succeeded ? result.Output : null;
    }

    /// <summary>The unified difference of two commits or trees, renames found, cut after <paramref name="maxBytes"/>.</summary>
    public async Task<string> DiffAsync(string from, string to, int maxBytes = 1 << 20, CancellationToken cancellation = default)
    {
        var result = await Git.ExpectAsync(Path, ["diff-tree", "-p", "-r", "-M", "--no-color", "--no-ext-diff", "--no-textconv", from, to, "--"],
            new GitOptions { MaxOutput = maxBytes }, cancellation);
        return result.Truncated ? result.Output + "\n[cut here, the difference is longer]" : result.Text;
    }

    /// <summary>The files that differ between two commits or trees, with their numbers of lines (0 for binary files).</summary>
    public async Task<IReadOnlyList<ChangedFile>> ChangedFilesAsync(string from, string to, CancellationToken cancellation = default)
    {
        var result = await Git.ExpectAsync(Path, ["diff-tree", "-r", "-M", "-z", "--raw", "--numstat", "--no-ext-diff", "--no-textconv", from, to, "--"], null, cancellation);
        return RawDiff.Parse(result.Fields);
    }

    /// <summary>A file's bytes at a commit; null when there is no such file.</summary>
    public async Task<byte[]?> ReadFileAsync(string commit, string path, CancellationToken cancellation = default)
    {
        var result = await Git.RunAsync(Path, ["cat-file", "blob", $"{commit}:{path}"], null, cancellation);
        return result.Succeeded ? result.Bytes : null;
    }

    /// <summary>The paths of all files of a commit, without submodules.</summary>
    public async Task<IReadOnlyList<string>> ListFilesAsync(string commit, CancellationToken cancellation = default)
    {
        var fields = (await Git.ExpectAsync(Path, ["ls-tree", "-r", "-z", "--full-tree", commit], null, cancellation)).Fields;
        return [.. fields.Where(field => !field.StartsWith("160000", StringComparison.Ordinal)).Select(field => field[(field.IndexOf('\t', StringComparison.Ordinal) + 1)..])];
    }

    /// <summary>Commits of <paramref name="rev"/> that are not in <paramref name="except"/>, newest first.</summary>
    public Task<IReadOnlyList<CommitEntry>> LogAsync(string rev, string? except = null, int limit = 100, CancellationToken cancellation = default) =>
        LogAsync(rev, except, limit, null, cancellation);

    /// <summary>Those that touch a path.</summary>
    public async Task<IReadOnlyList<CommitEntry>> LogAsync(string rev, string? except, int limit, string? path, CancellationToken cancellation = default)
    {
        string[] range = except is null ? [rev] : [rev, "^" + except];
        var text = await Git.TextAsync(Path, ["log", "-z", "--no-color", "--no-show-signature", $"--max-count={limit}", "--format=%H%n%ct%n%an%n%B", .. range, "--", .. path is null ? Array.Empty<string>() : [$":(literal){path}"]], null, cancellation);
        return [.. text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(CommitEntry.Parse)];
    }
}

/// <summary>One commit of a log.</summary>
public sealed record CommitEntry(string Commit, DateTimeOffset At, string Author, string Message)
{
    internal static CommitEntry Parse(string text)
    {
        var parts = text.Split('\n', 4);
        return new(parts[0], DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[1], CultureInfo.InvariantCulture)), parts[2], parts[3].TrimEnd());
    }
}
