namespace AutoBuild.Memory.Search;

/// <summary>Finds the highest of many scores without sorting them all.</summary>
internal static class Top
{
    /// <summary>The places of the highest scores above 0, highest first; of equal ones the first.</summary>
    public static List<int> Of(ReadOnlySpan<float> scores, int count)
    {
        var best = new PriorityQueue<int, (float Score, int Later)>(count + 1);
        var least = 0f;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] > least)
            {
                best.Enqueue(i, (scores[i], -i));
                if (best.Count > count)
                {
                    best.Dequeue();
                    best.TryPeek(out _, out var lowest);
                    least = lowest.Score;
                }
            }
        }

        var found = new List<int>(best.Count);
        while (best.TryDequeue(out var place, out _))
        {
            found.Add(place);
        }

        found.Reverse();
        return found;
    }
}
