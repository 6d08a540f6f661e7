using System.Text.RegularExpressions;
using AutoBuild.Syntax;

namespace AutoBuild.Merge.Rules;

/// <summary>Answers chunks in which both sides put lines in at the same place: both stay, the target's first; among sorted lines each where it belongs.</summary>
internal static partial class BothAddedRule
{
    private static readonly HashSet<string?> Ordered = ["CSS", "SCSS", "Shell", "SQL"];

    public static Answer? Answer(MergeDraft draft, Piece chunk)
    {
        string[] ours = [.. draft.Ours.Of(chunk.Ours)], theirs = [.. draft.Theirs.Of(chunk.Theirs)];
        var areItems = ShellCase.AreItems(draft, ours, theirs);
        if (chunk.Base.Count > 0 || !ours[^1].EndsWith('\n') || !theirs[^1].EndsWith('\n') || !areItems && !MayStandApart(draft.Path, ours, theirs)
            || SameThing(ours, theirs) || Continues(ours) || Continues(theirs) || Depth(ours) != Depth(theirs) || AddSections(draft.Path, ours, theirs))
        {
            return null;
        }

        return Sorted(Before(draft, chunk), ours, theirs, After(draft, chunk)) is { } sorted
            ? new Answer(sorted, MergeTier.B, "both-added-sorted", "Both sides added lines at the same place among sorted ones; each stands where it belongs.")
            : new Answer(draft.OursText(chunk) + draft.TheirsText(chunk), MergeTier.B, "both-added-lines", "Both sides added lines at the same place; the target's come first.");
    }

    private static bool MayStandApart(string? path, string[] ours, string[] theirs) =>
        IsWhole(ours) && IsWhole(theirs) && !HasOrder(path, ours) && !HasOrder(path, theirs);

    /// <summary>Whether what the lines do hangs on where they stand: bare values, statements of a script, rules of a style sheet. Whole functions of a script may stand in any order.</summary>
    private static bool HasOrder(string? path, string[] lines) =>
        !lines.Any(line => line.Any(char.IsLetter))
        || (path is not null && Ordered.Contains(Languages.ForPath(path)?.Name) && !(lines.Last(line => !string.IsNullOrWhiteSpace(line)).TrimEnd() == "}" && lines.Any(line => line.Contains("()", StringComparison.Ordinal))));

    /// <summary>Whether the lines go on with what stands before them, so that nothing may come between.</summary>
    private static bool Continues(string[] lines) => Continuation().IsMatch(lines.FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? "");

    /// <summary>How far in the first line stands: lines of two depths belong to two blocks.</summary>
    private static int Depth(string[] lines) => Indent(lines.FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? "");

    /// <summary>Whether both sides added sections of prose: releases mostly, and one of them is renumbered.</summary>
    private static bool AddSections(string? path, string[] ours, string[] theirs) =>
        path is not null && Languages.ForPath(path)?.Name == "Markdown" && ours.Any(line => line.StartsWith('#')) && theirs.Any(line => line.StartsWith('#'));

    /// <summary>Whether the lines close what they open and open what they close.</summary>
    internal static bool IsWhole(string[] lines)
    {
        Span<int> depths = stackalloc int[3];
        foreach (var line in lines)
        {
            foreach (var character in line)
            {
                var kind = "([{".IndexOf(character, StringComparison.Ordinal) is >= 0 and var open ? open : ")]}".IndexOf(character, StringComparison.Ordinal);
                if (kind >= 0 && (depths[kind] += ")]}".Contains(character, StringComparison.Ordinal) ? -1 : 1) < 0)
                {
                    return false;
                }
            }
        }

        return depths.IndexOfAnyExcept(0) < 0;
    }

    /// <summary>Whether both sides define the same thing: then they wrote it twice, and keeping both would be wrong.</summary>
    private static bool SameThing(string[] ours, string[] theirs)
    {
        var keys = Keys(ours);
        return Keys(theirs).Any(key => keys.Any(other => key == other));
    }

    /// <summary>What the outermost lines begin with, up to where a value begins.</summary>
    private static HashSet<string> Keys(string[] lines)
    {
        var (keys, least) = (new HashSet<string>(StringComparer.Ordinal), int.MaxValue);
        foreach (var line in lines)
        {
            least = string.IsNullOrWhiteSpace(line) ? least : Math.Min(least, Indent(line));
        }

        foreach (var line in lines)
        {
            if (Indent(line) == least && Key().Match(line) is { Success: true } key)
            {
                keys.Add(key.Groups[1].Value);
            }
        }

        return keys;
    }

    private static string? Sorted(string? before, string[] ours, string[] theirs, string? after)
    {
        if ((before ?? after) is null || !IsSorted([.. Few(before), .. ours, .. Few(after)]) || !IsSorted([.. Few(before), .. theirs, .. Few(after)]))
        {
            return null;
        }

        string[] all = [.. ours, .. theirs];
        return string.Concat(all.OrderBy(line => line.Trim(), StringComparer.OrdinalIgnoreCase));
    }

    private static string[] Few(string? line) => line is null ? [] : [line];

    private static bool IsSorted(string[] lines)
    {
        for (var i = 1; i < lines.Length; i++)
        {
            if (Indent(lines[i]) != Indent(lines[i - 1]) || StringComparer.OrdinalIgnoreCase.Compare(lines[i - 1].Trim(), lines[i].Trim()) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The line before a chunk, where it stands beside what is added.</summary>
    private static string? Before(MergeDraft draft, Piece chunk) => chunk.Ours.First > 0 ? Beside(draft.Ours.Lines[chunk.Ours.First - 1], draft.Ours.Lines[chunk.Ours.First]) : null;

    private static string? After(MergeDraft draft, Piece chunk) => chunk.Ours.End < draft.Ours.Count ? Beside(draft.Ours.Lines[chunk.Ours.End], draft.Ours.Lines[chunk.Ours.First]) : null;

    private static string? Beside(string line, string added) => Indent(line) == Indent(added) && line.Any(char.IsLetterOrDigit) ? line : null;

    private static int Indent(string line) => line.Length - line.TrimStart(' ', '\t').Length;

    [GeneratedRegex(@"^\s*(?:#\s*)?(?:else|elif|elsif|elseif|endif|except|rescue|ensure|catch|finally)\b")]
    private static partial Regex Continuation();

    /// <summary>A name, and a sign that begins a value or a list of parameters.</summary>
    [GeneratedRegex(@"^\s*([^=:(\r\n]*\w[^=:(\r\n]*?)\s*[=:(]")]
    private static partial Regex Key();
}
