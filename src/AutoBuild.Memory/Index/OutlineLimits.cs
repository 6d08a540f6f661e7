namespace AutoBuild.Memory.Index;

/// <summary>Says how large the chunks of a text are.</summary>
public sealed record OutlineLimits
{
    /// <summary>Signs that count as a token; blanks before a line's text are free.</summary>
    internal const double SignsPerToken = 3.5;

    public static OutlineLimits Default { get; } = new();

    /// <summary>Estimated tokens of the largest chunk; 512. A single line that is longer is cut.</summary>
    public int MostTokens { get; init; } = 512;

    /// <summary>Definitions that are smaller share a chunk with their neighbours; 20.</summary>
    public int LeastLines { get; init; } = 20;

    /// <summary>Definitions that are longer are cut; 80.</summary>
    public int MostLines { get; init; } = 80;

    internal int MostSigns => (int)(MostTokens * SignsPerToken);
}
