namespace AutoBuild.Memory.Search;

/// <summary>Says how much each leg counts, of its best answer to the query.</summary>
/// <remarks>Legs are added after each was divided by its maximum: ranks would throw away how sure a leg is.</remarks>
internal sealed record Weights
{
    public static Weights Default { get; } = new();

    /// <summary>The words of the file in all its fields.</summary>
    public float Lexical { get; init; } = 1;

    /// <summary>The words of its best chunk: what stands together belongs together.</summary>
    public float Chunk { get; init; } = 1;

    /// <summary>The words of its path alone.</summary>
    public float Path { get; init; } = 0.4f;

    /// <summary>How much of the query it holds at all.</summary>
    public float Cover { get; init; } = 0.1f;

    /// <summary>The messages of its commits.</summary>
    public float Messages { get; init; } = 0.25f;

    /// <summary>The commits whose messages are nearest, voting for what they touched.</summary>
    public float Commits { get; init; } = 0.5f;

    /// <summary>How much it was worked on of late.</summary>
    public float Prior { get; init; } = 0.15f;

    /// <summary>What the query names outright: a path, a file, a definition, a text in quotes.</summary>
    public float Exact { get; init; } = 0.25f;

    /// <summary>For a query that is one name: who bears it comes first, whatever the words say.</summary>
    public Weights ForName => this with { Exact = 4 };
}
