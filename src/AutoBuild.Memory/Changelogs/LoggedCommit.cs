using System.Globalization;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Changelogs;

/// <summary>Is one commit between two others.</summary>
internal sealed record LoggedCommit(string Id, IReadOnlyList<string> Parents, string Author, string Email, DateTimeOffset At, string Message)
{
    private const int LargestLog = 256 << 20;

    /// <summary>Reads the commits of a range, newest first; names come through the repository's mailmap.</summary>
    /// <param name="directory">Of a repository, bare or not.</param>
    /// <param name="from">What is left out, with all before it; null reads from the first commit on.</param>
    public static async Task<IReadOnlyList<LoggedCommit>> ReadAsync(string directory, string? from, string to, CancellationToken cancel)
    {
        string[] range = from is null ? [to] : [to, "^" + from];
        var result = await Git.ExpectAsync(directory,
            ["log", "-z", "--topo-order", "--no-color", "--no-show-signature", "--encoding=UTF-8", "--format=%H%n%P%n%aN%n%aE%n%at%n%B", .. range, "--"],
            new GitOptions { MaxOutput = LargestLog }, cancel);
        return [.. result.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    private static LoggedCommit Parse(string text)
    {
        var parts = text.Split('\n', 6);
        return new(parts[0], parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), parts[2], parts[3], DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[4], CultureInfo.InvariantCulture)), parts[5]);
    }
}
