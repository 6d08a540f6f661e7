namespace AutoBuild.Memory.Search;

/// <summary>Holds the numbers that ranking goes by. They were chosen on repositories of six languages, each number so that it holds on those it was not chosen on.</summary>
internal static class Ranking
{
    /// <summary>Fields of a file, BM25F: how much a term counts there, and how much the length of the field takes away.</summary>
    public static readonly Field Body = new(1, 0.5f), Names = new(2, 0.5f), Path = new(3, 0.3f), BaseName = new(5, 0.2f);

    /// <summary>How slowly a term that repeats stops to count: files are long, so later than in prose.</summary>
    public const float FileSaturation = 3;

    /// <summary>Of a chunk, a path, and a message, which are short.</summary>
    public const float ChunkSaturation = 1.2f, ChunkLength = 0.4f, PathSaturation = 1.2f, MessageSaturation = 0.5f, MessageLength = 0.6f;

    /// <summary>The messages of a file's commits, taken together.</summary>
    public const float PastSaturation = 3, PastLength = 0.5f;

    /// <summary>Days.</summary>
    public const double CommitHalfLife = 4000;

    /// <summary>How many of the nearest commits vote, and how much less one that touched many files says of each.</summary>
    public const int NearestCommits = 60;

    public const double CommitFiles = 0.35;

    /// <summary>Generated and vendored files stay findable, behind the others.</summary>
    public const float Minor = 0.5f;

    /// <summary>The rarity of what stands in some of many.</summary>
    public static float Rarity(int all, int some) => (float)Math.Log(1 + (all - some + 0.5) / (some + 0.5));

    /// <summary>Is how one field of a file counts.</summary>
    public readonly record struct Field(float Weight, float Length);
}
