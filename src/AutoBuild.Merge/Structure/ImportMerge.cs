using AutoBuild.Syntax;

namespace AutoBuild.Merge.Structure;

/// <summary>Merges the imports in one part of a file as sets, with the whole files in view.</summary>
internal sealed class ImportMerge
{
    private readonly ImportSide _start;
    private readonly ImportSide _ours;
    private readonly ImportSide _theirs;
    private readonly List<ImportItem?[]> _versions = [];

    private ImportMerge(ImportSide start, ImportSide ours, ImportSide theirs) => (_start, _ours, _theirs) = (start, ours, theirs);

    /// <summary>Merges; null where the parts hold anything but imports, or where both sides made something else of the same one.</summary>
    public static Answer? Merge(ImportSide start, ImportSide ours, ImportSide theirs) => new ImportMerge(start, ours, theirs).Merged();

    private Answer? Merged()
    {
        if (ImportItem.Cut(_start) is not { } b || ImportItem.Cut(_ours) is not { } o || ImportItem.Cut(_theirs) is not { } t || b.Concat(o).Concat(t).All(item => item.IsBlank))
        {
            return null;
        }

        foreach (var item in b)
        {
            _versions.Add([item, null, null]);
        }

        var (start, ours, theirs) = (Enumerable.Range(0, b.Count).ToList(), Numbered(b, o, 1), Numbered(b, t, 2));
        var order = ImportOrder.Of(_ours, _theirs);
        var merged = SetMerge.Merge(start, ours, theirs, order is null ? null : (x, y) => Compare(order, x, y), Kept);
        if (merged is null)
        {
            return null;
        }

        var texts = new List<string>();
        foreach (var id in merged)
        {
            if (Text(_versions[id]) is not { } text)
            {
                return null;
            }

            texts.Add(text);
        }

        return Distinct(texts) && !Clash(merged) && !GoneAhead() ? Answer(string.Concat(SingleBlanks(texts))) with { Excused = KeptWords(merged) } : null;
    }

    /// <summary>The words of imports that one side deleted and that stay, since they are used.</summary>
    private HashSet<string> KeptWords(List<int> merged) =>
        [.. merged.Select(id => _versions[id]).Where(versions => versions is [not null, null, _] or [not null, _, null]).SelectMany(versions => Words.Count(versions[0]!.Text).Keys)];

    // One side gave up what the other still builds on.
    private bool GoneAhead() => Rewritten(1, 2) || Rewritten(2, 1) || Outdated(1, 2) || Outdated(2, 1);

    private ImportStyle Style => _start.Style;

    private Answer Answer(string text) =>
        OnlyAdds(1) == OnlyAdds(2)
            ? new Answer(text, MergeTier.A, "imports", "Both sides changed the imports; each addition is in once, each deletion is out.") { AccountsForItself = true }
            : new Answer(text, MergeTier.B, "imports-beside", "One side added imports where the other took some away or changed them.") { AccountsForItself = true };

    private bool OnlyAdds(int side) => _versions.All(versions => versions[0]?.Statement is null || versions[side]?.Code == versions[0]!.Code);

    private int Compare(Comparison<string> order, int x, int y)
    {
        var (first, second) = (Any(x), Any(y));
        return first.Statement is null || second.Statement is null ? -1 : order(first.Path, second.Path);
    }

    private ImportItem Any(int id) => _versions[id][1] ?? _versions[id][2] ?? _versions[id][0]!;

    /// <summary>Gives a side's items the identity of what they were in the base, or on the other side, or a new one.</summary>
    private List<int> Numbered(List<ImportItem> start, List<ImportItem> items, int side)
    {
        var ids = new int[items.Count];
        Array.Fill(ids, -1);
        Func<ImportItem, ImportItem, bool>[] alike = [SameText, SameModule, Renamed];
        foreach (var same in alike)
        {
            for (var i = 0; i < items.Count; i++)
            {
                var id = ids[i] >= 0 ? -1 : _versions.FindIndex(known => known[side] is null && (known[0] is not null || same != Renamed) && same(known[0] ?? known[1]!, items[i]));
                if (id >= 0)
                {
                    (ids[i], _versions[id][side]) = (id, items[i]);
                }
            }
        }

        for (var i = 0; i < items.Count; i++)
        {
            if (ids[i] < 0)
            {
                ids[i] = _versions.Count;
                _versions.Add([null, null, null]);
                _versions[^1][side] = items[i];
            }
        }

        return [.. ids];
    }

    private static bool SameText(ImportItem known, ImportItem item) => known.Code == item.Code && !known.IsBlank;

    private static bool SameModule(ImportItem known, ImportItem item) =>
        known.Statement is { } a && item.Statement is { } b && known.Path == item.Path && (a.Names.Count > 0) == (b.Names.Count > 0);

    /// <summary>Says whether the same names come from another module now: the module was renamed or moved.</summary>
    private bool Renamed(ImportItem known, ImportItem item) =>
        known.Statement is { } a && item.Statement is { } b && ImportUse.Locals(a, Style) is { Count: > 0 } names && names.SetEquals(ImportUse.Locals(b, Style));

    private string? Text(ImportItem?[] versions)
    {
        var (b, o, t) = (versions[0], versions[1], versions[2]);
        if (b is null)
        {
            return o is null ? t!.Text : t is null || o.Code == t.Code ? o.Text : Names("", o, t);
        }

        if (o is null || t is null)
        {
            var left = o ?? t ?? b;
            return left.Code == b.Code || StillUsed(b, left) ? left.Text : null;
        }

        return o.Text == t.Text || t.Text == b.Text ? o.Text : o.Text == b.Text ? t.Text : Names(b.Text, o, t);
    }

    private string? Names(string start, ImportItem ours, ImportItem theirs) =>
        ours.Statement!.Names.Count == 0 || theirs.Statement!.Names.Count == 0 ? null : ImportNames.Merge(start, ours.Text, theirs.Text, Width);

    /// <summary>The longest line an import may have: what the file has, at least 79; without end where it has longer lines than any formatter leaves.</summary>
    private int Width => new[] { _ours, _theirs, _start }.SelectMany(side => side.Imports.Select(import => Longest(side.Text[import.Start..import.End]))).Append(79).Max() is var width and <= 120 ? width : int.MaxValue;

    private static int Longest(string text) => TextLines.Of(text).Max(line => line.TrimEnd().Length);

    /// <summary>Refuses a deletion where the other side began to use the name in more places, or takes more names from there.</summary>
    private bool Kept(int id)
    {
        var (b, left) = (_versions[id][0], _versions[id][1] ?? _versions[id][2]);
        return b?.Statement is not null && left is not null && (StillUsed(b, left) || !ImportUse.Locals(b.Statement, Style).IsSupersetOf(ImportUse.Locals(left.Statement!, Style)));
    }

    /// <summary>Says whether the side that kept an import uses it more than the base did, and the side that dropped it brings the name from nowhere else.</summary>
    private bool StillUsed(ImportItem start, ImportItem left)
    {
        var (kept, dropped) = _ours.Imports.Contains(left.Statement!) ? (_ours, _theirs) : (_theirs, _ours);
        return ImportUse.Locals(start.Statement!, Style).Any(name =>
            ImportUse.Count(kept, name) > ImportUse.Count(_start, name) && !dropped.Imports.Any(import => ImportUse.Locals(import, Style).Contains(name)));
    }

    /// <summary>Says whether no two statements bring the same name from two places.</summary>
    private static bool Distinct(List<string> texts) => texts.Where(text => text.Trim().Length > 0).GroupBy(text => text.Trim()).All(group => group.Count() == 1);

    /// <summary>Says whether a side changed how every import of the part is written, while the other added some: those would be written the old way.</summary>
    private bool Rewritten(int side, int other)
    {
        var known = _versions.Where(versions => versions[0]?.Statement is not null && versions[side] is not null).ToList();
        return known.Count > 0 && known.All(versions => Manner(versions[0]!) != Manner(versions[side]!))
            && _versions.Any(versions => versions[0] is null && versions[side] is null && versions[other]?.Statement is not null);
    }

    /// <summary>What an import is written with beside the names it takes: its modifiers and how its path begins.</summary>
    private static (string, bool) Manner(ImportItem item) => (item.Statement!.Modifiers, item.Statement.Module.StartsWith('.'));

    /// <summary>Says whether a side renamed a package under which the other side added an import.</summary>
    private bool Outdated(int side, int other)
    {
        var renamed = _versions.Where(versions => versions[0]?.Statement is not null && versions[side]?.Statement is not null)
            .Select(versions => OldName(versions[0]!.Statement!.Module, versions[side]!.Statement!.Module)).Where(name => name.Length > 0).ToList();
        return _versions.Any(versions => versions[0] is null && versions[side] is null && versions[other]?.Statement is { } added
            && renamed.Any(name => added.Module.Length > name.Length && added.Module.StartsWith(name, StringComparison.Ordinal) && !char.IsLetterOrDigit(added.Module[name.Length])));
    }

    /// <summary>The shortest path that was renamed: what two paths have in common, and the base's next step; empty where none was.</summary>
    private static string OldName(string start, string now)
    {
        if (start == now)
        {
            return "";
        }

        var common = start.AsSpan().CommonPrefixLength(now);
        while (common > 0 && char.IsLetterOrDigit(start[common - 1]))
        {
            common--;
        }

        while (common < start.Length && (char.IsLetterOrDigit(start[common]) || start[common] is '_' or '-'))
        {
            common++;
        }

        return start[..common];
    }

    /// <summary>Says whether each side brought the same name from another place.</summary>
    private bool Clash(List<int> merged)
    {
        HashSet<string> Brought(int side, int other) =>
            [.. merged.Select(id => _versions[id]).Where(versions => versions[0] is null && versions[other] is null).SelectMany(versions => versions[side]?.Statement is { } added ? ImportUse.Locals(added, Style) : [])];
        return Brought(1, 2).Overlaps(Brought(2, 1));
    }

    private static IEnumerable<string> SingleBlanks(List<string> texts)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            if (i == 0 || texts[i].Trim().Length > 0 || texts[i - 1].Trim().Length > 0)
            {
                yield return texts[i];
            }
        }
    }
}
