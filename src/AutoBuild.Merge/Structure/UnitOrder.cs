using AutoBuild.Syntax;

namespace AutoBuild.Merge.Structure;

/// <summary>Knows which items may stand in any order, and in which order a container keeps them.</summary>
internal static class UnitOrder
{
    private const int FewestSorted = 3;

    /// <summary>Says whether an item may stand before or after any other of its kind. Narrow on purpose: whatever runs in order, or overrides what stands before it, may not.</summary>
    public static bool Commutes(Unit unit, Block container, Language language) => unit.Id is not null && unit.Kind switch
    {
        BlockKind.Import or BlockKind.Function or BlockKind.Type or BlockKind.Namespace => true,
        BlockKind.Member => container.Kind is BlockKind.Type && !unit.Plain.Contains('=', StringComparison.Ordinal),
        BlockKind.Entry => language.Name switch
        {
            "JSON" or "YAML" or "TOML" or "JavaScript" or "TypeScript" or "Python" or "Go" or "PHP" => true,
            "XML" => unit.Key!.Contains('[', StringComparison.Ordinal),
            var _ => false,
        },
        BlockKind.Section => language.Shape is Shape.Tables,
        BlockKind.Statement => true,
        BlockKind.File or BlockKind.Element => false,
    };

    /// <summary>Finds the order of keys that both sides keep in a container; null where one keeps none.</summary>
    public static Comparison<Unit>? Of(Container ours, Container theirs) =>
        new[] { StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase }.FirstOrDefault(order => IsSorted(ours, order) && IsSorted(theirs, order)) is { } kept
            ? (x, y) => kept.Compare(x.Key, y.Key)
            : null;

    private static bool IsSorted(Container container, StringComparer order) =>
        container.Units.Count >= FewestSorted && container.Units.All(unit => unit.Key is not null)
        && container.Units.Zip(container.Units.Skip(1)).All(pair => order.Compare(pair.First.Key, pair.Second.Key) <= 0);
}
