namespace AutoBuild.Merge;

/// <summary>Is what the engine merges: three texts as they are stored, and where they belong.</summary>
/// <param name="Base">The common ancestor; empty where there is none.</param>
/// <param name="Ours">The side merged into; in AutoBuild the target branch.</param>
/// <param name="Theirs">The side merged; in AutoBuild the ticket's branch.</param>
/// <param name="Path">Path within the repository; it tells the language. Null takes the texts as plain lines.</param>
public sealed record MergeInput(byte[] Base, byte[] Ours, byte[] Theirs, string? Path);

/// <summary>Is what a caller may choose.</summary>
public sealed record MergeOptions
{
    public static MergeOptions Default { get; } = new();

    /// <summary>The loosest tier whose answers are taken; chunks of the tiers beyond stay open. Default: <see cref="MergeTier.B"/>.</summary>
    public MergeTier Accept { get; init; } = MergeTier.B;

    /// <summary>After it the engine gives up on structure and leaves git's lines. Default: 2 s.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Characters of a conflict marker. Default: 7, as git's.</summary>
    public int MarkerSize { get; init; } = 7;

    /// <summary>What is written of an open chunk. Default: both sides, as git's.</summary>
    public ConflictStyle Style { get; init; }

    /// <summary>What stands after the markers. Defaults: ours, base, theirs.</summary>
    public string OursLabel { get; init; } = "ours";

    public string BaseLabel { get; init; } = "base";

    public string TheirsLabel { get; init; } = "theirs";
}

/// <summary>Says what stands between conflict markers; the names are those of git's <c>merge.conflictStyle</c>.</summary>
public enum ConflictStyle
{
    /// <summary>Both sides, without the lines that they begin and end with alike.</summary>
    Merge,

    /// <summary>Both sides and the base, whole.</summary>
    Diff3,

    /// <summary>The base, and both sides without the lines that they begin and end with alike.</summary>
    ZDiff3,
}

/// <summary>Says how far an answer can be trusted.</summary>
public enum MergeTier
{
    /// <summary>Within strict limits: taken as it is.</summary>
    A,

    /// <summary>Within loose limits: taken where build and tests pass.</summary>
    B,

    /// <summary>Open; worth asking a model.</summary>
    C,

    /// <summary>Open; for a person.</summary>
    D,
}
