using System.Text.RegularExpressions;
using AutoBuild.Syntax;

namespace AutoBuild.Merge.Rules;

/// <summary>Reads the items of a shell's <c>case</c>: the bracket of a label closes nothing, and two items go together only where both are whole and neither's label could hide the other's.</summary>
internal static partial class ShellCase
{
    /// <summary>Tells whether what both sides put in are whole items that can stand below each other.</summary>
    public static bool AreItems(MergeDraft draft, string[] ours, string[] theirs)
    {
        string[] mine = [.. Labels(ours)], other = [.. Labels(theirs)];
        return mine.Length > 0 && other.Length > 0 && IsShell(draft) && IsItem(ours) && IsItem(theirs)
            && !mine.Intersect(other, StringComparer.Ordinal).Any() && !mine.Concat(other).Any(label => label.AsSpan().IndexOfAny("*?[") >= 0);
    }

    private static bool IsShell(MergeDraft draft) =>
        draft.Path is { } path && Languages.ForPath(path) is { Imports: ImportStyle.Shell } || draft.Ours.Count > 0 && FirstLine().IsMatch(draft.Ours.Lines[0]);

    private static bool IsItem(string[] lines) => Label().IsMatch(lines[0]) && IsEnded(lines) && BothAddedRule.IsWhole(Array.ConvertAll(lines, line => Label().Replace(line, "")));

    private static bool IsEnded(string[] lines) => lines[^1].TrimEnd().EndsWith(";;", StringComparison.Ordinal);

    private static IEnumerable<string> Labels(string[] lines) =>
        lines.Select(line => Label().Match(line)).Where(match => match.Success).SelectMany(match => match.Groups[1].Value.Split('|', StringSplitOptions.TrimEntries));

    [GeneratedRegex(@"^\s*([\w.*?\[\]""'-]+(?:\s*\|\s*[\w.*?\[\]""'-]+)*)\)(?=\s|$)")]
    private static partial Regex Label();

    [GeneratedRegex(@"^#!.*\b(?:ba|da|k|z)?sh\b")]
    private static partial Regex FirstLine();
}
