using System.Text;
using System.Text.RegularExpressions;

namespace AutoBuild.Merge.Rules;

/// <summary>Answers chunks in which both sides raised version numbers and nothing else: the higher one wins.</summary>
internal static partial class VersionRule
{
    public static Answer? Answer(MergeDraft draft, Piece chunk)
    {
        var (start, ours, theirs) = (draft.BaseText(chunk), draft.OursText(chunk), draft.TheirsText(chunk));
        if (start.Length == 0 || Own().IsMatch(start) || Shape(start) is not { } shape || Shape(ours) != shape || Shape(theirs) != shape)
        {
            return null;
        }

        var (before, left, right) = (Number().Matches(start), Number().Matches(ours), Number().Matches(theirs));
        var (text, at) = (new StringBuilder(), 0);
        for (var i = 0; i < before.Count; i++)
        {
            var won = left[i].Value == before[i].Value ? right[i].Value : right[i].Value == before[i].Value ? left[i].Value : Higher(before[i].Value, left[i].Value, right[i].Value);
            if (won is null)
            {
                return null;
            }

            text.Append(ours, at, left[i].Index - at).Append(won);
            at = left[i].Index + left[i].Length;
        }

        return new Answer(text.Append(ours, at, ours.Length - at).ToString(), MergeTier.B, "version", "Both sides raised version numbers and nothing else; the higher ones win.")
        {
            AccountsForItself = true,
            Excused = before.Concat(left).Concat(right).SelectMany(version => Words.Count(version.Value).Keys).ToHashSet(),
        };
    }

    /// <summary>A version of the project's own, or of something in it: many raise it once more for a merge, so neither side's is right.</summary>
    [GeneratedRegex(@"^[\W_]*(?:\w+_)?version[\W_]", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Own();

    private static string? Shape(string text) => Number().IsMatch(text) ? Number().Replace(text, "#") : null;

    /// <summary>The higher of two versions that are both above the base's; null where one went down, or is no plain version.</summary>
    private static string? Higher(string start, string ours, string theirs) =>
        Release(start) is { } from && Release(ours) is { } left && Release(theirs) is { } right && left > from && right > from && (left != right || ours == theirs)
            ? left >= right ? ours : theirs
            : null;

    /// <summary>The numbers of a version without what marks a release before it is out, which tells two of the same numbers apart and no others.</summary>
    private static Version? Release(string version) => Version.TryParse(Plain().Match(version).Value, out var release) ? release : null;

    [GeneratedRegex(@"^\d+(\.\d+)+")]
    private static partial Regex Plain();

    [GeneratedRegex(@"\d+(\.\d+){1,3}([-+.]?(alpha|beta|rc|dev|snapshot|canary|next|pre|preview)[\w.]*)?", RegexOptions.IgnoreCase)]
    private static partial Regex Number();
}
