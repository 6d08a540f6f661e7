namespace AutoBuild.Memory.Segments;

/// <summary>Chooses segments to be merged: eight of like size make one of the next size, so that a chunk is written anew only a few times in its life.</summary>
internal static class MergePlan
{
    /// <summary>So many of a size are merged.</summary>
    public const int Width = 8;

    private const int SmallestTier = 256;

    /// <summary>What has more chunks than this is left as it is.</summary>
    private const int LargestSource = 4_000_000;

    /// <summary>Returns the places of those that are due, the smallest size first; empty where none are.</summary>
    /// <param name="chunks">How many each segment has.</param>
    public static IReadOnlyList<int> Next(IReadOnlyList<int> chunks) => Enumerable.Range(0, chunks.Count)
        .Where(place => chunks[place] < LargestSource)
        .GroupBy(place => Tier(chunks[place]))
        .Where(tier => tier.Count() >= Width)
        .OrderBy(tier => tier.Key)
        .Select(tier => tier.ToList())
        .FirstOrDefault() ?? [];

    private static int Tier(int chunks)
    {
        var tier = 0;
        for (var limit = (long)SmallestTier; chunks >= limit; limit *= Width)
        {
            tier++;
        }

        return tier;
    }
}
