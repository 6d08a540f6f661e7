using System.Globalization;
using System.Text;
using AutoBuild.Memory.Index;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.History;

/// <summary>Reads commits out of a repository.</summary>
internal static class CommitLog
{
    /// <summary>How far back it reads; what is older says little of the code of today.</summary>
    public const int Most = 8000;

    private const char Begin = '\x01';
    private const char Part = '\x02';
    private const char End = '\x03';

    // A partial clone must not fetch because somebody searches.
    private static readonly Dictionary<string, string> Offline = new() { ["GIT_NO_LAZY_FETCH"] = "1" };

    /// <summary>Returns the ids of the commits that a commit comes from, newest first, merges left out.</summary>
    public static async Task<IReadOnlyList<string>> IdsAsync(string directory, string commit, CancellationToken cancel) =>
        (await Git.TextAsync(directory, ["rev-list", "--no-merges", $"--max-count={Most}", commit, "--"], new GitOptions { Environment = Offline }, cancel))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Reads commits by their ids, in the order given.</summary>
    /// <remarks>Only moves of whole files are followed: to find others git would have to read every file.</remarks>
    public static async Task<IReadOnlyList<PastCommit>> ReadAsync(string directory, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var result = await Git.ExpectAsync(directory,
            ["log", "--no-walk=unsorted", "--stdin", "-z", "-M100%", "--name-status", "--no-color", "--no-ext-diff", "--no-show-signature", "--encoding=UTF-8",
             "--format=%x01%H%x02%ct%x02%B%x03"],
            new GitOptions { Input = Encoding.ASCII.GetBytes(string.Join('\n', ids) + "\n"), MaxOutput = 256 << 20, Environment = Offline }, cancel);
        var entries = result.Text.Split(Begin, StringSplitOptions.RemoveEmptyEntries);
        // The last one of a log that was cut is not whole.
        return [.. entries.Take(result.Truncated ? entries.Length - 1 : entries.Length).Select(Parse).OfType<PastCommit>()];
    }

    private static PastCommit? Parse(string entry)
    {
        var end = entry.IndexOf(End, StringComparison.Ordinal);
        var parts = end < 0 ? [] : entry[..end].Split(Part, 3);
        if (parts.Length < 3 || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var time))
        {
            return null;
        }

        var files = new List<string>();
        var renames = new List<PastRename>();
        var fields = entry[(end + 1)..].Split('\0', StringSplitOptions.RemoveEmptyEntries);
        for (var at = 0; at + 1 < fields.Length; at += 2)
        {
            if (fields[at].TrimStart('\n').StartsWith('R') && at + 2 < fields.Length)
            {
                renames.Add(new PastRename(fields[at + 1], fields[at + 2]));
                at++;
            }

            files.Add(fields[at + 1]);
        }

        return new PastCommit(parts[0], time, MessageText.Of(Redaction.Of(parts[2], "").Text), files.Count > PastCommit.MostFiles ? [] : files, renames);
    }
}
