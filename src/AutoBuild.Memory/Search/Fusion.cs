namespace AutoBuild.Memory.Search;

/// <summary>Adds the legs up, each divided by its best answer and weighed.</summary>
internal static class Fusion
{
    /// <summary>Returns the score of each file, in lent memory, and divides the legs by their best.</summary>
    public static float[] Score(FileTable files, Legs legs, Weights weights)
    {
        var scores = legs.Lend(files.Count);
        foreach (var (_, leg, weight) in Parts(legs, weights))
        {
            Add(scores, leg, weight, files.Count);
        }

        for (var file = 0; file < files.Count; file++)
        {
            scores[file] *= files.Files[file].Minor ? Ranking.Minor : 1;
        }

        return scores;
    }

    /// <summary>The legs by the names they bear in answers.</summary>
    public static IEnumerable<(string Name, float[] Leg, float Weight)> Parts(Legs legs, Weights weights) =>
    [
        ("lexical", legs.Lexical, weights.Lexical),
        ("chunk", legs.Chunk, weights.Chunk),
        ("path", legs.Path, weights.Path),
        ("cover", legs.Cover, weights.Cover),
        ("messages", legs.Messages, weights.Messages),
        ("commits", legs.Commits, weights.Commits),
        ("prior", legs.Prior, weights.Prior),
        ("exact", legs.Exact, weights.Exact),
    ];

    private static void Add(float[] scores, float[] leg, float weight, int count)
    {
        var best = Best(leg.AsSpan(0, count));
        if (best <= 0)
        {
            return;
        }

        for (var file = 0; file < count; file++)
        {
            leg[file] /= best;
            scores[file] += weight * leg[file];
        }
    }


    private static float Best(ReadOnlySpan<float> leg)
    {
        var best = 0f;
        foreach (var score in leg)
        {
            best = Math.Max(best, score);
        }

        return best;
    }
}
