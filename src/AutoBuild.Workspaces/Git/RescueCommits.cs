using System.Globalization;
using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>The commits of a rescue: those an agent made and no branch of ours has, and the one that holds the files.</summary>
internal static class RescueCommits
{
    private const string Local = "refs/autobuild/saved/";

    /// <summary>Commits of the job's git dir that no ref of the clone contains; none when all is taken over already.</summary>
    /// <param name="clone">Where they would be saved.</param>
    /// <param name="gitDir">Where they were made.</param>
    /// <param name="start">What the tree was prepared at: a candidate being checked is on no branch yet, and no one's work.</param>
    /// <param name="byRescues">Whether a rescue counts as a ref that contains them.</param>
    /// <param name="cancellation">Stops git.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(BareClone clone, string gitDir, string? start, bool byRescues, CancellationToken cancellation)
    {
        if (JobGitDir.ReadHead(gitDir) is null)
        {
            return [];
        }
        var refs = await Git.TextAsync(gitDir, ["--git-dir=" + gitDir, "for-each-ref", "--format=%(objectname)%0a%(*objectname)"], null, cancellation);
        var tips = refs.Split('\n', StringSplitOptions.RemoveEmptyEntries).Append(JobGitDir.ReadHead(gitDir)!).Concat(Stashes(gitDir)).Distinct().ToList();
        var unkept = await clone.UnkeptAsync(tips, Path.Combine(Path.GetFullPath(gitDir), "objects"), byRescues, cancellation);
        return [.. unkept.Where(tip => tip != start)];
    }

    /// <summary>Brings the commits' objects into the clone.</summary>
    public static async Task TakeOverAsync(BareClone clone, string gitDir, IReadOnlyList<string> tips, CancellationToken cancellation)
    {
        if (tips.Count == 0)
        {
            return;
        }
        foreach (var tip in tips)
        {
            JobGitDir.WriteRef(gitDir, Local + tip, tip);
        }
        await Git.ExpectAsync(clone.Path, ["fetch", "-q", "--no-tags", "--update-shallow", "--no-write-fetch-head", "--no-auto-gc", "--refmap=",
            gitDir, $"{Local}*:refs/autobuild/import/*"], null, cancellation);
    }

    /// <summary>Writes the commit that holds it all, in one git process and without any conversion of the bytes.</summary>
    public static async Task<RescueEntry> WriteAsync(BareClone clone, string name, string head, IReadOnlyList<string> tips, IReadOnlyList<RescueFile> files, CancellationToken cancellation)
    {
        var target = await clone.FreeRescueAsync(name, cancellation);
        var now = TimeProvider.System.GetUtcNow();
        var message = Describe(target[BareClone.RescuePrefix.Length..], head, tips, files);
        await Git.ExpectAsync(clone.Path, ["fast-import", "--quiet", "--done"], new GitOptions { WriteInput = WriteInput }, cancellation);
        foreach (var tip in tips)
        {
            await Git.ExpectAsync(clone.Path, ["update-ref", "-d", "refs/autobuild/import/" + tip], null, cancellation);
        }
        return new RescueEntry(target[BareClone.RescuePrefix.Length..], (await clone.ResolveAsync(target, cancellation))!, now, message);

        async Task WriteInput(Stream input, CancellationToken token)
        {
            var merges = string.Concat(tips.Where(tip => tip != head).Select(tip => $"merge {tip}\n"));
            await LineAsync(input, string.Create(CultureInfo.InvariantCulture,
                $"commit {target}\ncommitter AutoBuild <autobuild@localhost> {now.ToUnixTimeSeconds()} +0000\ndata {Encoding.UTF8.GetByteCount(message)}\n{message}\nfrom {head}\n{merges}"), token);
            // Deletions first: a folder may have taken the place of a file.
            foreach (var file in files.OrderBy(file => file.Source is not null))
            {
                await WriteFileAsync(input, file, token);
            }
            await LineAsync(input, "\ndone\n", token);
        }
    }

    private static async Task WriteFileAsync(Stream input, RescueFile file, CancellationToken cancellation)
    {
        if (file.Source is null)
        {
            await LineAsync(input, $"D {Quote(file.Path)}\n", cancellation);
            return;
        }
        await using var bytes = file.Open();
        await LineAsync(input, $"M {file.Mode} inline {Quote(file.Path)}\ndata {bytes.Length}\n", cancellation);
        await bytes.CopyToAsync(input, cancellation);
        await LineAsync(input, "\n", cancellation);
    }

    private static ValueTask LineAsync(Stream input, string text, CancellationToken cancellation) => input.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);

    private static string Quote(string path) => "\"" + path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    // Only the newest stash is a ref, the older ones stand in its log.
    private static IEnumerable<string> Stashes(string gitDir)
    {
        var log = Path.Combine(gitDir, "logs", "refs", "stash");
        return File.Exists(log) ? File.ReadLines(log).Select(line => line.Split(' ')).Where(parts => parts.Length > 1).Select(parts => parts[1]) : [];
    }

    private static string Describe(string name, string head, IReadOnlyList<string> tips, IReadOnlyList<RescueFile> files)
    {
        var text = new StringBuilder($"Rescue {name}\n\nThe tree stood at {head}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{files.Count(file => file.Source is not null)} files saved, {files.Count(file => file.Source is null)} deletions, {tips.Count} commits no branch had.\n");
        foreach (var file in files.Take(200))
        {
            text.Append(CultureInfo.InvariantCulture, $"{(file.Source is null ? "D" : "S")} {file.Path.Replace('\n', ' ')}\n");
        }
        return text.ToString();
    }
}
