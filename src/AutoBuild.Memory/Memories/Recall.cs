using AutoBuild.Core.Memory;
using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Memories;

/// <summary>Finds among memories those that a text speaks of, by BM25 over the terms that the index of the code counts too.</summary>
internal static class Recall
{
    private const double K1 = 1.2;
    private const double B = 0.75;

    // Of a memory; what it is about stands first.
    private const int LongestRead = 4_000;

    // A single word in common is no likeness.
    private const int LeastShared = 2;

    /// <summary>Returns the likest first; of equal ones the newest.</summary>
    public static IReadOnlyList<MemoryEntry> Rank(IReadOnlyList<MemoryEntry> memories, string text, int limit)
    {
        var terms = new TermTable();
        var counted = memories.Select(memory => Counts(terms.Read(memory.Content.AsSpan(0, Math.Min(LongestRead, memory.Content.Length))))).ToList();
        var lengths = counted.Select(one => one.Values.Sum()).ToList();
        var query = Counts(terms.Read(text));
        var average = counted.Count == 0 ? 1 : Math.Max(1, lengths.Average());
        var weights = query.Keys.ToDictionary(term => term, term => Weight(counted.Count(one => one.ContainsKey(term)), counted.Count));
        List<MemoryEntry> ranked =
        [
            .. from one in memories.Zip(counted, lengths)
               let shared = weights.Keys.Count(one.Second.ContainsKey)
               where shared >= Math.Min(LeastShared, query.Count) && shared > 0
               let score = weights.Sum(weight => weight.Value * Saturated(one.Second.GetValueOrDefault(weight.Key), one.Third / average))
               orderby score descending, one.First.CreatedAt descending, one.First.Id
               select one.First,
        ];
        return [.. ranked.Take(limit)];
    }

    private static double Weight(int holding, int all) => Math.Log(1 + ((all - holding + 0.5) / (holding + 0.5)));

    private static double Saturated(int count, double length) => count * (K1 + 1) / (count + (K1 * (1 - B + (B * length))));

    private static Dictionary<int, int> Counts(ReadOnlySpan<int> ids)
    {
        var counts = new Dictionary<int, int>();
        foreach (var id in ids)
        {
            counts[id] = counts.GetValueOrDefault(id) + 1;
        }

        return counts;
    }
}
