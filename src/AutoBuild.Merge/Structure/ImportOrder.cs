using AutoBuild.Syntax;

namespace AutoBuild.Merge.Structure;

/// <summary>Finds the order in which a file keeps its imports.</summary>
internal static class ImportOrder
{
    // The order of ordinals first: it is what formatters do.
    private static readonly Comparison<string>[] Orders =
    [
        (a, b) => string.CompareOrdinal(a, b),
        (a, b) => string.Compare(a, b, StringComparison.OrdinalIgnoreCase),
        (a, b) => (IsSystem(a) ? 0 : 1, string.CompareOrdinal(a, b)).CompareTo((IsSystem(b) ? 0 : 1, 0)),
    ];

    /// <summary>Finds the order that both sides keep in the imports next to the part; null where they keep none.</summary>
    public static Comparison<string>? Of(ImportSide ours, ImportSide theirs) => Orders.FirstOrDefault(order => Kept(ours, order) && Kept(theirs, order));

    private static bool Kept(ImportSide side, Comparison<string> order)
    {
        var block = Block(side);
        return block.Count >= 2 && block.Zip(block.Skip(1)).All(pair => order(side.Path(pair.First), side.Path(pair.Second)) <= 0);
    }

    /// <summary>The imports that stand together with those of the part, without a blank line between.</summary>
    private static List<ImportStatement> Block(ImportSide side)
    {
        var imports = side.Imports;
        var first = 0;
        while (first < imports.Count && imports[first].End <= side.Start)
        {
            first++;
        }

        var last = first - 1;
        while (last + 1 < imports.Count && imports[last + 1].Start < side.End)
        {
            last++;
        }

        while (first > 0 && first < imports.Count && imports[first - 1].End == (first <= last ? imports[first].Start : side.Start))
        {
            first--;
        }

        while (last + 1 < imports.Count && imports[last + 1].Start == (last >= first && last >= 0 ? imports[last].End : side.End))
        {
            last++;
        }

        return last < first ? [] : [.. imports.Skip(first).Take(last - first + 1)];
    }

    private static bool IsSystem(string path) => path == "System" || path.StartsWith("System.", StringComparison.Ordinal);
}
