using AutoBuild.Merge;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Is what the stages after the engine made of the open files of a merge.</summary>
/// <param name="Stopped">Why the model was not asked, or not for all: a sentence for people; null where it was.</param>
public sealed record Resolution(IReadOnlyList<FileResolution> Files, string? Stopped);

/// <param name="Chunks">Every chunk of tier C that the file had, in order.</param>
public sealed record FileResolution(string Path, IReadOnlyList<ChunkResolution> Chunks)
{
    public bool IsWhole => Chunks.All(chunk => chunk.Text is not null);
}

/// <summary>Says what goes in the place of a chunk, or that a person decides.</summary>
/// <param name="Index">The chunk's, as the engine counts.</param>
/// <param name="Text">The accepted text, as whole lines; null leaves it to a person. It holds only once the checks have passed on the merged tree.</param>
/// <param name="Tier">B of an earlier resolution, C of the model's, D where none is accepted.</param>
/// <param name="Stage">Which stage answered; null where none did.</param>
/// <param name="Why">A sentence for people: why it was accepted, or why it was not.</param>
public sealed record ChunkResolution(int Index, string? Text, MergeTier Tier, ResolveStage? Stage, string Why, IReadOnlyList<Proposal> Proposals);

/// <summary>Is a text that a stage brought up for a chunk, accepted or not.</summary>
/// <param name="Rule">What it was, in a stable word: <c>target</c>, <c>branch</c>, <c>both</c>, <c>mix</c>, <c>base</c>, <c>text</c>; of an earlier resolution <c>earlier</c>.</param>
/// <param name="Why">The model's reason; of an earlier resolution, where it comes from.</param>
/// <param name="Faults">What speaks against it, as sentences; empty where nothing does.</param>
/// <param name="CostUsd">What asking for it cost; null where nobody knows, or nothing was asked.</param>
/// <param name="Earlier">The earlier resolution that it is.</param>
public sealed record Proposal(ResolveStage Stage, string Text, string Rule, string Why, IReadOnlyList<string> Faults, decimal? CostUsd = null, Guid? Earlier = null);

/// <summary>Names a stage after the engine.</summary>
public enum ResolveStage
{
    /// <summary>What was decided before for the same chunk.</summary>
    Earlier,
    Model,
}
