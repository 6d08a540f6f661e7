using System.Text.RegularExpressions;

namespace AutoBuild.Memory.Changelogs;

/// <summary>Is what a commit's message says: kind, scope, subject, what it breaks, what it names.</summary>
/// <param name="Kind">By its type, else by its first word.</param>
/// <param name="IsConventional">Whether it follows Conventional Commits 1.0.0.</param>
/// <param name="Scope">Empty where there is none.</param>
/// <param name="Subject">Without type, scope and the number of its pull request.</param>
/// <param name="Breaks">What it breaks; null where it breaks nothing, empty where it does not say what.</param>
/// <param name="PullRequest">Its number; null where it names none.</param>
/// <param name="Issues">Numbers behind "fixes", "closes", "resolves".</param>
/// <param name="Tickets">Tickets that the commit was made for.</param>
/// <param name="Reverts">The commit it takes back; null for any other.</param>
internal sealed partial record CommitText(
    ChangeKind Kind, bool IsConventional, string Scope, string Subject, string? Breaks, int? PullRequest, IReadOnlyList<int> Issues, IReadOnlyList<string> Tickets, string? Reverts)
{
    public static CommitText Of(string message)
    {
        var (subject, body) = Split(message);
        int? pull = null;
        if (Merged().Match(subject) is { Success: true } merged)
        {
            pull = Number(merged.Groups["number"].Value);
            (subject, body) = Split(body) is { Item1.Length: > 0 } inner ? inner : (subject, body);
        }
        else if (MergeRequest().Match(body) is { Success: true } request)
        {
            pull = Number(request.Groups["number"].Value);
            (subject, body) = Split(body);
        }

        if (Squashed().Match(subject) is { Success: true } squashed)
        {
            pull ??= Number(squashed.Groups["number"].Value);
            subject = subject[..squashed.Index].TrimEnd();
        }

        var conventional = Conventional().Match(subject);
        var kind = conventional.Success ? ChangeKinds.OfType(conventional.Groups["type"].Value, conventional.Groups["scope"].Value) : null;
        var breaks = BreakingNote().Match(body) is { Success: true } note ? note.Groups["note"].Value.ReplaceLineEndings(" ").Trim()
            : kind is not null && conventional.Groups["bang"].Success ? "" : null;
        var named = kind is null ? Scoped().Match(subject) : conventional;
        var words = named.Success ? named.Groups["subject"].Value : subject;
        return new(
            kind ?? ChangeKinds.OfSubject(words),
            kind is not null,
            named.Success ? named.Groups["scope"].Value : "",
            words,
            breaks,
            pull,
            [.. Closes().Matches(message).Select(match => Number(match.Groups["number"].Value)).OfType<int>().Distinct()],
            [.. Ticket().Matches(body).Select(match => match.Groups["id"].Value).Distinct()],
            Reverted().Match(body) is { Success: true } reverted ? reverted.Groups["commit"].Value : null);
    }

    private static (string Subject, string Body) Split(string message)
    {
        var text = message.ReplaceLineEndings("\n").Trim();
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? (text, "") : (text[..end].Trim(), text[(end + 1)..].Trim());
    }

    private static int? Number(string digits) => int.TryParse(digits, out var number) ? number : null;

    [GeneratedRegex(@"^(?<type>[A-Za-z]+)(\((?<scope>[^()]*)\))?(?<bang>!)?:\s+(?<subject>\S.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Conventional();

    // As many projects write it: the part, a colon, what was done.
    [GeneratedRegex(@"^(?<scope>[\w./*-]+(, ?[\w./*-]+)*):\s+(?<subject>\S.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Scoped();

    [GeneratedRegex(@"^BREAKING[ -]CHANGE:\s*(?<note>.+(\n(?!\n|[A-Za-z-]+(: | #)).+)*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex BreakingNote();

    [GeneratedRegex(@"^Merge pull request #(?<number>\d+) from ", RegexOptions.ExplicitCapture)]
    private static partial Regex Merged();

    [GeneratedRegex(@"^See merge request \S*!(?<number>\d+)\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex MergeRequest();

    [GeneratedRegex(@"\s*\(#(?<number>\d+)\)\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Squashed();

    [GeneratedRegex(@"\b(close[sd]?|fix(es|ed)?|resolve[sd]?):?\s+#(?<number>\d+)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Closes();

    [GeneratedRegex(@"^AutoBuild-Ticket:\s*(?<id>\S+)\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Ticket();

    [GeneratedRegex(@"^This reverts commit (?<commit>[0-9a-f]{7,64})\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Reverted();
}
