using System.Text.RegularExpressions;

namespace AutoBuild.Memory.Changelogs;

/// <summary>Finds the changes in a range of commits: one for each commit or pull request of the main line, none for what was taken back again.</summary>
internal static partial class Changes
{
    /// <summary>The changes, newest first.</summary>
    /// <param name="commits">Newest first, the first one is the tip.</param>
    public static IReadOnlyList<ChangeEntry> Of(IReadOnlyList<LoggedCommit> commits, RepositoryPages pages)
    {
        if (commits.Count == 0)
        {
            return [];
        }

        var reverted = Reverted(commits);
        var known = commits.ToDictionary(commit => commit.Id);
        return [.. MainLine(commits[0], known).SelectMany(step => Entries(step, reverted, pages))];
    }

    // Each commit of the main line, newest first, with what it brought in from the side.
    private static List<(LoggedCommit Commit, List<LoggedCommit> Side)> MainLine(LoggedCommit tip, Dictionary<string, LoggedCommit> known)
    {
        var line = new List<LoggedCommit>();
        for (var at = tip; at is not null; at = at.Parents.Count > 0 ? known.GetValueOrDefault(at.Parents[0]) : null)
        {
            line.Add(at);
        }

        // From the oldest on, so that what a merge brought in is not counted for a later one too.
        var taken = line.Select(commit => commit.Id).ToHashSet();
        var steps = Enumerable.Reverse(line).Select(commit => (Commit: commit, Side: Side(commit, known, taken))).ToList();
        steps.Reverse();
        return steps;
    }

    private static List<LoggedCommit> Side(LoggedCommit merge, Dictionary<string, LoggedCommit> known, HashSet<string> taken)
    {
        var side = new List<LoggedCommit>();
        var open = new Stack<string>(merge.Parents.Skip(1));
        while (open.TryPop(out var id))
        {
            if (known.TryGetValue(id, out var commit) && taken.Add(id))
            {
                side.Add(commit);
                foreach (var parent in commit.Parents)
                {
                    open.Push(parent);
                }
            }
        }

        return [.. side.OrderByDescending(commit => commit.At)];
    }

    private static IEnumerable<ChangeEntry> Entries((LoggedCommit Commit, List<LoggedCommit> Side) step, HashSet<string> reverted, RepositoryPages pages)
    {
        var (commit, side) = step;
        if (reverted.Contains(commit.Id))
        {
            return [];
        }

        var text = CommitText.Of(commit.Message);
        if (commit.Parents.Count < 2)
        {
            return [Entry(commit, text, [commit], pages)];
        }

        var inner = side.Where(one => one.Parents.Count < 2 && !reverted.Contains(one.Id)).Select(one => (Commit: one, Text: CommitText.Of(one.Message))).ToList();
        if (inner.Count == 0)
        {
            return [];
        }

        var speaksForItself = text.Tickets.Count > 0 || text.PullRequest is not null;
        var typed = inner.Where(one => one.Text.IsConventional).ToList();
        return speaksForItself && (text.IsConventional || typed.Count == 0)
            ? [Entry(commit, Wider(text, inner.Select(one => one.Text)), [.. inner.Select(one => one.Commit)], pages)]
            : (speaksForItself ? typed : inner).Select(one => Entry(one.Commit, one.Text with { PullRequest = one.Text.PullRequest ?? text.PullRequest, Tickets = [.. one.Text.Tickets.Union(text.Tickets)] }, [one.Commit], pages));
    }

    // A pull request's title rarely says what its commits break or close.
    private static CommitText Wider(CommitText title, IEnumerable<CommitText> inner) => inner.Aggregate(title, (all, one) => all with
    {
        Breaks = all.Breaks is null or "" ? one.Breaks ?? all.Breaks : all.Breaks,
        Issues = [.. all.Issues.Union(one.Issues)],
        Tickets = [.. all.Tickets.Union(one.Tickets)],
    });

    private static ChangeEntry Entry(LoggedCommit commit, CommitText text, IReadOnlyList<LoggedCommit> written, RepositoryPages pages) => new(
        text.Breaks is null ? text.Kind : ChangeKind.Breaking, text.Scope, text.Subject, text.Breaks, commit.Id, pages.Commit(commit.Id), text.PullRequest,
        text.PullRequest is { } number ? pages.PullRequest(number) : null, text.Issues, text.Tickets, [.. written.SelectMany(Authors).Distinct()], commit.At);

    private static IEnumerable<string> Authors(LoggedCommit commit) =>
        CoAuthors().Matches(commit.Message).Select(match => match.Groups["name"].Value.Trim()).Prepend(commit.Author);

    // Both the commit and what takes it back: to who reads the changelog nothing happened. What takes back a taking back brings the change in again.
    private static HashSet<string> Reverted(IReadOnlyList<LoggedCommit> commits)
    {
        var gone = new HashSet<string>();
        foreach (var commit in commits.Where(commit => !gone.Contains(commit.Id)))
        {
            if (CommitText.Of(commit.Message).Reverts is { } target && commits.FirstOrDefault(one => one.Id.StartsWith(target, StringComparison.Ordinal)) is { } found)
            {
                gone.Add(found.Id);
                gone.Add(commit.Id);
            }
        }

        return gone;
    }

    [GeneratedRegex(@"^Co-authored-by:\s*(?<name>[^<\n]+)<", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex CoAuthors();
}
