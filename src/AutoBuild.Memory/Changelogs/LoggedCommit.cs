using System.Globalization;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Changelogs;

/// <summary>Is one commit between two others.</summary>
internal sealed record LoggedCommit(string Id, IReadOnlyList<string> Parents, string Author, string Email, DateTimeOffset At, string Message)
{
    /// <summary>How git is asked about a repository that may be a user's.</summary>
    public static GitOptions Users { get; } = new() { UserConfiguration = true, MaxOutput = 256 << 20 };

    /// <summary>Reads the commits of a range, newest first; names come through the repository's mailmap.</summary>
    /// <param name="directory">Of a repository, bare or not.</param>
    /// <param name="from">What is left out, with all before it; null reads from the first commit on.</param>
    /// <param name="most">How many there may be.</param>
    /// <returns>Null where there are more.</returns>
    public static async Task<IReadOnlyList<LoggedCommit>?> ReadAsync(string directory, string? from, string to, int most, CancellationToken cancel)
    {
        string[] range = from is null ? [to] : [to, "^" + from];
        var result = await Git.ExpectAsync(directory,
            ["log", "-z", "--topo-order", "--no-color", "--no-show-signature", "--encoding=UTF-8", $"--max-count={most + 1}", "--format=%H%n%P%n%aN%n%aE%n%at%n%B", .. range, "--"],
            Users, cancel);
        var entries = result.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return result.Truncated || entries.Length > most ? null : [.. entries.Select(Parse)];
    }

    private static LoggedCommit Parse(string text)
    {
        var parts = text.Split('\n', 6);
        return new(parts[0], parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), parts[2], parts[3], DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[4], CultureInfo.InvariantCulture)), parts[5]);
    }
}
