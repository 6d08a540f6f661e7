using AutoBuild.Core;
using AutoBuild.Memory.Index;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Changelogs;

/// <summary>Is what changed between two commits of a repository, from their messages alone.</summary>
/// <param name="FromRef">What it starts after; null where it starts with the first commit.</param>
/// <param name="ToRef">What it ends with.</param>
/// <param name="Entries">Newest first.</param>
/// <param name="Contributors">Those who wrote it, the most diligent first; programs are left out.</param>
/// <param name="NextVersion">A suggestion; null where no version precedes it, where it ends with a version, where nothing was changed.</param>
/// <param name="Markdown">All of it, to be read.</param>
public sealed record Changelog(string? FromRef, string ToRef, IReadOnlyList<ChangeEntry> Entries, IReadOnlyList<string> Contributors, string? NextVersion, string Markdown)
{
    private const int MostCommits = 20_000;

    /// <summary>Reads the commits between two refs.</summary>
    /// <param name="directory">Of a repository, bare or not.</param>
    /// <param name="from">Null is the last version before <paramref name="to"/>, and the first commit where there is none.</param>
    /// <param name="address">Of the repository, for links; null is that of its origin, and without one there are none.</param>
    /// <returns>Refused with <c>ref_not_found</c>, and with <c>changelog_too_long</c> where more than 20,000 commits lie between the refs.</returns>
    public static async Task<Result<Changelog>> ReadAsync(string directory, string? from, string to, string? address, CancellationToken cancel)
    {
        if (await CommitAsync(directory, to, cancel) is not { } last)
        {
            return NotFound(to);
        }

        from ??= await VersionBeforeAsync(directory, last, cancel);
        var first = from is null ? null : await CommitAsync(directory, from, cancel);
        if (from is not null && first is null)
        {
            return NotFound(from);
        }

        if (await LoggedCommit.ReadAsync(directory, first, last, MostCommits, cancel) is not { } commits)
        {
            return new Refusal(RefusalKind.Invalid, "changelog_too_long", $"More than {MostCommits} commits lie between {from ?? "the first commit"} and {to}. Start later: name a newer from_ref.");
        }

        var pages = RepositoryPages.Of(address ?? await OriginAsync(directory, cancel));
        var entries = Changes.Of(commits, pages);
        var before = from is null || VersionTag.IsVersion(from) ? from : await VersionBeforeAsync(directory, first!, cancel);
        var next = VersionTag.IsVersion(to) ? null : VersionTag.After(before, entries);
        var log = new Changelog(from, to, entries, People(entries), next, "");
        return log with { Markdown = ChangelogText.Of(log, from is null ? null : pages.Comparison(from, to)) };
    }

    private static Refusal NotFound(string name) =>
        new(RefusalKind.NotFound, "ref_not_found", $"The repository has no commit, branch or tag '{name}'. Name one that exists; a new one has to be fetched first.");

    // As the user's own git sees it: who owns a repository that is not ours is trusted or not by their configuration.
    private static async Task<string?> CommitAsync(string directory, string name, CancellationToken cancel)
    {
        var looked = await Git.RunAsync(directory, ["rev-parse", "--git-dir"], LoggedCommit.Users, cancel);
        return Git.Distrust(directory, looked) is { } distrust ? throw distrust : await SourceTree.ResolveAsync(directory, name, cancel);
    }

    private static async Task<string?> OriginAsync(string directory, CancellationToken cancel)
    {
        var found = await Git.RunAsync(directory, ["config", "--get", "remote.origin.url"], LoggedCommit.Users, cancel);
        return found.Succeeded ? found.Output : null;
    }

    // The nearest tag that names a version and is not the commit's own; of several at one commit, what git sorts highest.
    private static async Task<string?> VersionBeforeAsync(string directory, string commit, CancellationToken cancel)
    {
        var own = await Git.TextAsync(directory, ["tag", "--points-at", commit], LoggedCommit.Users, cancel);
        var except = own.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(tag => new[] { "--exclude", tag });
        var found = await Git.RunAsync(directory, ["describe", "--tags", "--abbrev=0", "--match", "*[0-9].[0-9]*", .. except, commit], LoggedCommit.Users, cancel);
        return found.Succeeded ? found.Output : null;
    }

    private static IReadOnlyList<string> People(IReadOnlyList<ChangeEntry> entries) =>
        [.. entries.SelectMany(entry => entry.Authors).Where(name => !name.EndsWith("[bot]", StringComparison.Ordinal)).CountBy(name => name).OrderByDescending(name => name.Value).ThenBy(name => name.Key, StringComparer.Ordinal).Select(name => name.Key)];
}
