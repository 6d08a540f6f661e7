namespace AutoBuild.Orchestrator.Landings;

/// <summary>Is how a person settles a conflict, or a part of it: a commit of theirs, or texts.</summary>
/// <param name="Commit">A commit or branch, in the project's repository, that contains the job's work; null where texts are given.</param>
/// <param name="Files">Text by path, null deletes the file.</param>
public sealed record LandingResolution(string? Commit, IReadOnlyDictionary<string, string?>? Files)
{
    /// <summary>Answers to single chunks.</summary>
    public IReadOnlyList<ChunkChoice> Chunks { get; init; } = [];

    /// <summary>The commit that the conflict was shown with; null doesn't look whether it is still that one.</summary>
    public string? Onto { get; init; }

    /// <summary>Takes texts also where something speaks against them.</summary>
    public bool Force { get; init; }
}

/// <summary>Is a person's answer to one chunk, or to all that is open in a file.</summary>
/// <param name="Chunk">Its number; null is every open chunk, or the file as a whole where it has none.</param>
/// <param name="Proposal">Its place among the chunk's proposals, from 1; null is the first.</param>
/// <param name="Text">With <see cref="ChunkTake.Text"/>.</param>
public sealed record ChunkChoice(string Path, int? Chunk, ChunkTake Take, int? Proposal = null, string? Text = null);

/// <summary>Names what goes in the place of a chunk.</summary>
public enum ChunkTake
{
    Target,
    Branch,

    /// <summary>The target's lines, then the branch's.</summary>
    Both,
    Base,

    /// <summary>What a stage offered.</summary>
    Proposal,

    /// <summary>A text of the person's own.</summary>
    Text,
}
