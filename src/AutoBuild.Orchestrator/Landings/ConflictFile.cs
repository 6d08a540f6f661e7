using System.Text;
using AutoBuild.Core.Landings;
using AutoBuild.Merge;
using AutoBuild.Orchestrator.Resolving;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Is a file that git left in conflict, as the merge engine sees it.</summary>
internal sealed class ConflictFile
{
    private ConflictFile(ConflictedFile git, MergeInput? input, MergeResult? merged) => (Git, Input, Merged) = (git, input, merged);

    public ConflictedFile Git { get; }

    /// <summary>Null where there are no two texts to merge.</summary>
    public MergeInput? Input { get; }

    public MergeResult? Merged { get; }

    /// <summary>Asks the engine, where both sides have a text at the path.</summary>
    /// <param name="options">Null is the engine's own choice.</param>
    public static ConflictFile Of(ConflictedFile file, MergeOptions? options = null)
    {
        if (file is not { Kind: ConflictKind.Content or ConflictKind.BothAdded, Ours.Bytes: { } ours, Theirs.Bytes: { } theirs })
        {
            return new ConflictFile(file, null, null);
        }

        var input = new MergeInput(file.Base?.Bytes is { } start && !IsNested(start) ? start : [], ours, theirs, file.Path);
        return new ConflictFile(file, input, MergeEngine.Merge(input, options));
    }

    /// <summary>Returns the merged bytes; null where something is open.</summary>
    /// <param name="later">What the stages after the engine answered.</param>
    public byte[]? Content(FileResolution? later)
    {
        if (Input is null || Merged is null)
        {
            return null;
        }

        var answers = later?.Chunks.Where(chunk => chunk.Text is not null).ToDictionary(chunk => chunk.Index, chunk => chunk.Text!) ?? [];
        return Merged.IsClean ? Merged.Content
            : Merged.Chunks.All(chunk => chunk.Answer is not null || answers.ContainsKey(chunk.Index)) ? OpenPlaces.Fill(Input, Merged, answers)
            : null;
    }

    /// <summary>Shows the file to people.</summary>
    public LandingConflict Shown(FileResolution? later) => new(Git.Path, Git.Word, Git.Base?.Text, Git.Ours?.Text, Git.Theirs?.Text)
    {
        Note = Merged is null ? Git.Said : Merged.Refusal,
        Chunks = [.. (Merged?.Chunks ?? []).Select(chunk => Shown(chunk, later?.Chunks.FirstOrDefault(one => one.Index == chunk.Index)))],
    };

    private static LandingChunk Shown(MergeChunk chunk, ChunkResolution? later)
    {
        var engine = new LandingChunk
        {
            Number = chunk.Index + 1,
            Base = Side(chunk.Base, chunk.BaseText),
            Target = Side(chunk.Ours, chunk.OursText),
            Branch = Side(chunk.Theirs, chunk.TheirsText),
            Tier = Tier(chunk.Tier),
            Rule = chunk.Rule,
            Why = chunk.Evidence,
            Accepted = chunk.Answer,
            By = chunk.Answer is null ? null : ChunkStage.Engine,
            Proposals = chunk.Answer is { } text ? [new LandingProposal(ChunkStage.Engine, text, Tier(chunk.Tier), chunk.Rule, chunk.Evidence)] : [],
        };
        return later is null ? engine : engine with
        {
            Tier = Tier(later.Tier),
            Rule = later.Text is null ? chunk.Rule : later.Proposals.FirstOrDefault(proposal => proposal.Text == later.Text)?.Rule ?? "text",
            Why = later.Text is null ? $"{chunk.Evidence} {later.Why}" : later.Why,
            Accepted = later.Text,
            By = later.Text is null ? null : later.Stage is { } stage ? Stage(stage) : null,
            Proposals = [.. engine.Proposals, .. later.Proposals.Select(Shown)],
        };
    }

    private static LandingProposal Shown(Proposal proposal) => new(
        Stage(proposal.Stage), proposal.Text, proposal.Stage == ResolveStage.Earlier ? ChunkTier.B : ChunkTier.C, proposal.Rule,
        string.Join(' ', [proposal.Why, .. proposal.Faults]), proposal.CostUsd);

    private static ChunkSide Side(LineSpan span, string text) => new(span.First + 1, span.Count, text);

    private static ChunkStage Stage(ResolveStage stage) => stage switch
    {
        ResolveStage.Earlier => ChunkStage.Earlier,
        ResolveStage.Model => ChunkStage.Model,
    };

    private static ChunkTier Tier(MergeTier tier) => tier switch
    {
        MergeTier.A => ChunkTier.A,
        MergeTier.B => ChunkTier.B,
        MergeTier.C => ChunkTier.C,
        MergeTier.D => ChunkTier.D,
    };

    // Where histories cross, git merges the bases first and may leave its markers in what it then takes for the base.
    private static bool IsNested(byte[] start) => Encoding.Latin1.GetString(start) is var text
        && text.Contains("<<<<<<< Temporary merge branch", StringComparison.Ordinal);
}
