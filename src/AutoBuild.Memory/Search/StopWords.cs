using System.Collections.Frozen;

namespace AutoBuild.Memory.Search;

/// <summary>Knows words that say nothing of what is looked for. They count in code, where they may be names, and not in what people write.</summary>
internal static class StopWords
{
    private const string All = """
        a about above after again all also am an and any are as at be because been before being below between both but by can cannot could did do does doing
        done down during each even every few for from further get gets got had has have having he her here him his how however i if in instead into is it its
        itself just let like make makes made many may me might more most much must my need needs no nor not now of off on once one only or other our out over
        own per same she should since so some still such than that the their them then there these they this those through to too under until up use used
        uses using very via want was way we were what when where which while who whole why will with within without would yet you your fix fixes fixed fixing
        add adds added adding support allow remove removes removed update updates updated improve improves change changes changed new ensure avoid implement
        refactor please
        """;

    private static readonly FrozenSet<string> Words = All.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Words.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Holds(ReadOnlySpan<char> word) => Lookup.Contains(word);
}
