using AutoBuild.Merge.Lines;
using AutoBuild.Syntax;

namespace AutoBuild.Merge.Structure;

/// <summary>Merges the units of a region, which is a run of whole items of one container in all three versions.</summary>
internal sealed class UnitMerge
{
    private readonly Container[] _containers;
    private readonly Region _region;
    private readonly Language _language;
    private readonly List<Unit?[]> _versions = [];
    private readonly List<int>[] _orders = [[], [], []];
    private bool _met;

    public UnitMerge(Container[] containers, Region region, Language language)
    {
        (_containers, _region, _language) = (containers, region, language);
        for (var version = 0; version < 3; version++)
        {
            var span = region.Of(version);
            Number([.. containers[version].Units.Where(unit => unit.Lines.First >= span.First && unit.Lines.End <= span.End)], version);
        }
    }

    /// <summary>Merges; null where the sides did something else to the same item, or where items met whose order may matter.</summary>
    public Answer? Merged()
    {
        if (!IsClear() || BothReplaced() || Doubled() || Rewritten(1, 2) || Rewritten(2, 1))
        {
            return null;
        }

        var order = UnitOrder.Of(_containers[1], _containers[2]);
        var merged = SetMerge.Merge(_orders[0], _orders[1], _orders[2], order is null ? null : (x, y) => order(Any(x), Any(y)), _ => false, Meets);
        if (merged is null || (!_met && Moved()))
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

        if (_versions.Where((versions, id) => !merged.Contains(id)).Any(DropsAChange))
        {
            return null;
        }

        return Answer(new Separators(_containers, _language).Apply(texts, _region.Of(1).End == _containers[1].Lines.End));
    }

    private Answer Answer(string text) => _met
        ? new Answer(text, MergeTier.A, "items-set", "Both sides added items to a list whose order does not matter; each is in once.") { AccountsForItself = true }
        : new Answer(text, MergeTier.B, "items", "The sides changed different items that stand next to each other.") { AccountsForItself = true };

    private Unit Any(int id) => _versions[id][1] ?? _versions[id][2] ?? _versions[id][0]!;

    /// <summary>Gives units the identity they have in another version: the same key, or the same text at the same turn.</summary>
    private void Number(List<Unit> units, int version)
    {
        foreach (var unit in units)
        {
            var id = _versions.FindIndex(known => known[version] is null && known.OfType<Unit>().First() is var other
                && (unit.Id is { } key && other.Id is { } known2 ? key == known2 : unit.Plain == other.Plain));
            if (id < 0)
            {
                id = _versions.Count;
                _versions.Add(new Unit?[3]);
            }

            _versions[id][version] = unit;
            _orders[version].Add(id);
        }
    }

    private static string? Text(Unit?[] versions)
    {
        var (b, o, t) = (versions[0], versions[1], versions[2]);
        if (o is null || t is null)
        {
            return (o ?? t ?? b)!.Text;
        }

        return o.Plain == t.Plain || t.Plain == b?.Plain ? o.Text : o.Plain == b?.Plain ? t.Text : b is null ? null : ByLines(b, o, t);
    }

    private static string? ByLines(Unit b, Unit o, Unit t)
    {
        var cut = SourceText.Cut(b.Text, o.Text, t.Text);
        var stretches = LineMerge.Stretches(cut[0], cut[1], cut[2]);
        return stretches.Any(stretch => stretch.Change is Change.Conflict) ? null
            : string.Concat(stretches.Select(stretch => stretch.Change is Change.Theirs ? cut[2].Slice(stretch.Theirs) : cut[1].Slice(stretch.Ours)));
    }

    private static bool DropsAChange(Unit?[] versions) => versions[0] is { } b && (versions[1] ?? versions[2]) is { } left && left.Plain != b.Plain;

    /// <summary>Says whether every item can be told from the others, and ends with its line.</summary>
    private bool IsClear() => Enumerable.Range(0, 3).All(version =>
    {
        var units = _versions.Select(versions => versions[version]).OfType<Unit>().ToList();
        return units.All(unit => unit.Text.EndsWith('\n'))
            && units.Where(unit => unit.Plain.Length > 0).GroupBy(unit => unit.Id is { } id ? (id.Item1, id.Item2) : (BlockKind.File, unit.Plain)).All(group => group.Count() == 1);
    });

    /// <summary>Says whether an item is gone on both sides while something else came: both may have made something else of it.</summary>
    private bool BothReplaced()
    {
        var gone = _versions.Where(versions => versions[0] is { Plain.Length: > 0 } && versions[1] is null && versions[2] is null).ToList();
        var (ours, theirs) = (_versions.Any(versions => versions[0] is null && versions[1] is not null), _versions.Any(versions => versions[0] is null && versions[2] is not null));
        return gone.Count > 0 && (ours || theirs);
    }

    /// <summary>Says whether a side added an item that the other side has elsewhere in the container.</summary>
    private bool Doubled() => _versions.Any(versions => versions[0] is null
        && ((versions[2] is null && Elsewhere(versions[1]!, 2)) || (versions[1] is null && Elsewhere(versions[2]!, 1))));

    /// <summary>Says whether a side changed every item of the region, while the other added some: those would be written the old way.</summary>
    private bool Rewritten(int side, int other)
    {
        var known = _versions.Where(versions => versions[0] is { Plain.Length: > 0 }).ToList();
        var changed = _versions.Any(versions => versions[side] is { } unit && (versions[0] is null ? versions[other] is null : versions[0]!.Plain != unit.Plain));
        return changed && known.Count > 0 && known.All(versions => versions[side]?.Plain != versions[0]!.Plain) && _versions.Any(versions => versions[0] is null && versions[other] is not null);
    }

    private bool Elsewhere(Unit unit, int version) => unit.Id is { } id && _containers[version].Units.Any(other => other.Id == id);

    private bool Moved() => Enumerable.Range(1, 2).Any(version => !_orders[version].Where(_orders[0].Contains).SequenceEqual(_orders[0].Where(_orders[version].Contains)));

    private bool Meets(IReadOnlyList<int> ours, IReadOnlyList<int> theirs)
    {
        _met = true;
        return ours.Concat(theirs).All(id => UnitOrder.Commutes(Any(id), _containers[1].Block, _language));
    }
}
