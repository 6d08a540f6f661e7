using System.Text;
using System.Text.Unicode;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Runs;
using AutoBuild.Merge;
using AutoBuild.Orchestrator.Resolving;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Is a file that git left in conflict, as the merge engine sees it, with what later stages answered.</summary>
/// <param name="Input">Null where there are no two texts to merge.</param>
/// <param name="Engine">What the engine alone made of it.</param>
/// <param name="Merged">The same with later answers in it.</param>
internal sealed record ConflictFile(ConflictedFile Git, MergeInput? Input, MergeResult? Engine, MergeResult? Merged)
{
    private const string NestedMark = "<<<<<<< Temporary merge branch";

    /// <summary>Whether a person settled the file before: then what the stages answer is offered and never taken.</summary>
    public bool IsPersons { get; init; }

    /// <summary>What makes the file again; null where it is to be merged.</summary>
    public RunGenerate? Maker { get; init; }

    private FileResolution? Later { get; init; }

    /// <summary>What the engine answered, taken or not.</summary>
    private MergeResult? Offered { get; init; }

    public string Path => Git.Path;

    /// <summary>The merged bytes; null where something is open.</summary>
    public byte[]? Content => Merged is { IsClean: true } merged && !IsPersons ? merged.Content : null;

    public bool IsSettled => Maker is not null || Content is not null;

    /// <summary>Whether it can be made again instead of merged: both sides have it.</summary>
    public bool IsMade => Git.Kind is ConflictKind.Content or ConflictKind.BothAdded or ConflictKind.Binary;

    /// <summary>Asks the engine, where both sides have a text at the path.</summary>
    public static ConflictFile Of(ConflictedFile file)
    {
        if (file is not { Kind: ConflictKind.Content or ConflictKind.BothAdded, Ours.Bytes: { } ours, Theirs.Bytes: { } theirs })
        {
            return new ConflictFile(file, null, null, null);
        }

        var input = new MergeInput(file.Base?.Bytes is { } start && !IsNested(start) ? start : [], ours, theirs, file.Path);
        var offered = MergeEngine.Merge(input);
        // Without a base a loose rule has seen nothing of what either side did: it proposes.
        var merged = input.Base.Length > 0 ? offered : offered.Reopen(offered.Chunks.Where(chunk => chunk.Tier is not MergeTier.A).Select(chunk => chunk.Index).ToHashSet());
        return new ConflictFile(file, input, merged, merged) { Offered = offered };
    }

    /// <summary>Puts in what the stages after the engine answered.</summary>
    public ConflictFile With(FileResolution later)
    {
        later = later with { Chunks = [.. later.Chunks.Select(Writable)] };
        var answers = later.Chunks.Where(chunk => chunk.Text is not null).ToDictionary(chunk => chunk.Index, Fitted);
        return this with { Later = later, Merged = Engine!.Fill(answers, "later", "") };
    }

    /// <summary>Returns the bytes with the answers in it that were given since; the engine's own stay as they are.</summary>
    public byte[] With(LandingConflict answered)
    {
        var given = answered.Chunks.Where(chunk => chunk is { Accepted: not null, By: not ChunkStage.Engine }).ToDictionary(chunk => chunk.Number - 1, chunk => chunk.Accepted!);
        var filled = Engine!.Reopen(given.Keys.ToHashSet()).Fill(given, "later", "");
        return filled.IsClean ? filled.Content
            : throw new WorkspaceException("merge_unresolved", $"An answer to '{Path}' does not fit the file: it holds conflict markers, or letters that the file's encoding lacks.");
    }

    /// <summary>Writes a text in the file's own encoding; null where it can't.</summary>
    public byte[]? Encoded(string text) => !IsUtf8 ? text.All(letter => letter <= byte.MaxValue) ? Encoding.Latin1.GetBytes(text) : null : Encoding.UTF8.GetBytes(text);

    private bool IsUtf8 => new[] { Git.Base, Git.Ours, Git.Theirs }.All(side => side?.Bytes is not { } bytes || Utf8.IsValid(bytes));

    /// <summary>Shows the file to people.</summary>
    public LandingConflict Shown() => new(Path, Git.Word, Text(Git.Base), Text(Git.Ours), Text(Git.Theirs))
    {
        Note = Maker is { } maker ? $"It is made by a command, so it was made again: {maker.Command}" : Engine is null ? Git.Said : Reason(Engine),
        Command = Maker?.Command,
        Chunks = Engine is null || Maker is not null ? [] : [.. Engine.Chunks.Where(chunk => chunk.OursText != chunk.TheirsText).Select(Shown)],
    };

    private static string? Reason(MergeResult engine) => engine.Chunks.Any(chunk => chunk.Rule == "generated")
        ? $"{engine.Refusal} Name it under 'generated' in .autobuild.yaml, with the command that makes it: then a conflict in it is settled by running that."
        : engine.Refusal;

    private LandingChunk Shown(MergeChunk chunk)
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
            Proposals = Offered!.Chunks[chunk.Index] is { Answer: { } text } offered ? [new LandingProposal(ChunkStage.Engine, text, Tier(offered.Tier), offered.Rule, offered.Evidence)] : [],
        };
        var shown = Later?.Chunks.FirstOrDefault(one => one.Index == chunk.Index) is { } later ? Shown(engine, later, Merged!.Chunks[chunk.Index].Answer) : engine;
        return IsPersons ? shown with { Accepted = null, By = null } : shown;
    }

    private static LandingChunk Shown(LandingChunk engine, ChunkResolution later, string? accepted) => engine with
    {
        Tier = accepted is null ? ChunkTier.D : Tier(later.Tier),
        Rule = accepted is null ? engine.Rule : later.Proposals.FirstOrDefault(proposal => proposal.Text == later.Text)?.Rule ?? "text",
        Why = accepted is null ? $"{engine.Why} {later.Why}" : later.Why,
        Accepted = accepted,
        By = accepted is null || later.Stage is not { } stage ? null : Stage(stage),
        Proposals = [.. engine.Proposals, .. later.Proposals.Select(Shown)],
    };

    private static LandingProposal Shown(Proposal proposal) => new(
        Stage(proposal.Stage), proposal.Text, proposal.Stage == ResolveStage.Earlier ? ChunkTier.B : ChunkTier.C, proposal.Rule,
        string.Join(' ', [proposal.Why, .. proposal.Faults]), proposal.CostUsd);

    // What cannot stand in the file is no answer.
    private ChunkResolution Writable(ChunkResolution later) => later.Text is not null && Engine!.Unfit(Fitted(later)) is { } unfit
        ? later with { Text = null, Tier = MergeTier.D, Stage = null, Why = $"{later.Why} It cannot be put in: {unfit.Why}" }
        : later;

    private string Fitted(ChunkResolution later) => ChunkText.Fitted(Engine!.Chunks[later.Index], later.Text!);

    private string? Text(ConflictSide? side) => side?.Text is { } text ? IsUtf8 ? text : Encoding.Latin1.GetString(side.Bytes!) : null;

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
    private static bool IsNested(byte[] start) => start.AsSpan().IndexOf(Encoding.ASCII.GetBytes(NestedMark)) >= 0;
}
