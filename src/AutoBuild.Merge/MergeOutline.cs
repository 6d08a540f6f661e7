using System.Text;

namespace AutoBuild.Merge;

/// <summary>Is a merge taken apart into settled text and chunks, so that it can be written, and written again when more answers come.</summary>
internal sealed record MergeOutline(FileTexts Texts, MergeOptions Options, string? Refusal)
{
    /// <summary>What stands before each chunk, and at last what stands behind all.</summary>
    internal string[] Between { get; init; } = [];

    private MergeChunk[] Chunks { get; init; } = [];

    public static MergeOutline Of(MergeDraft draft, FileTexts texts, Refusal? refusal)
    {
        var (between, chunks, settled) = (new List<string>(), new List<MergeChunk>(), new StringBuilder());
        foreach (var piece in draft.Pieces)
        {
            if (!piece.IsChunk)
            {
                settled.Append(draft.Text(piece));
                continue;
            }

            between.Add(settled.ToString());
            settled.Clear();
            chunks.Add(Chunk(draft, piece, chunks.Count, refusal));
        }

        return new MergeOutline(texts, draft.Options, refusal?.Reason) { Between = [.. between, settled.ToString()], Chunks = [.. chunks] };
    }

    public MergeResult Result()
    {
        var merged = new StringBuilder();
        var lineBreak = Texts.Ours.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        for (var i = 0; i < Chunks.Length; i++)
        {
            merged.Append(Between[i]);
            if (Chunks[i].Answer is { } answer)
            {
                merged.Append(answer);
            }
            else
            {
                ConflictMarkers.Write(merged, Chunks[i], Options, lineBreak);
            }
        }

        var content = Texts.Write(merged.Append(Between[^1]).ToString());
        return new MergeResult(content ?? throw new InvalidOperationException("A merged text holds a character that no side has."), Chunks, Refusal) { Outline = this };
    }

    /// <summary>Takes texts for open chunks; one that the file's encoding cannot write, or that holds a marker, leaves its chunk open.</summary>
    public MergeResult Fill(IReadOnlyDictionary<int, string> answers, string rule, string evidence) => (this with
    {
        Chunks = [.. Chunks.Select(chunk => chunk.Answer is null && answers.TryGetValue(chunk.Index, out var text) && Unfit(text) is null
            ? chunk with { Answer = text, Rule = rule, Evidence = evidence }
            : chunk)],
    }).Result();

    public MergeResult Reopen(IReadOnlySet<int> chunks) => (this with
    {
        Chunks = [.. Chunks.Select(chunk => chunk.Answer is not null && chunks.Contains(chunk.Index) ? chunk with { Answer = null, Tier = MergeTier.C } : chunk)],
    }).Result();

    public AnswerFault? Unfit(string text) =>
        ConflictMarkers.AreIn(text, Options.MarkerSize) ? new AnswerFault("markers", "It has a line that looks like a conflict marker.")
        : Texts.Write(text) is null ? new AnswerFault("encoding", "It has letters that the file's encoding lacks.")
        : null;

    private static MergeChunk Chunk(MergeDraft draft, Piece piece, int index, Refusal? refusal)
    {
        var (tier, rule, evidence) = piece.Answer is { } answer ? (answer.Tier, answer.Rule, answer.Evidence)
            : refusal is { } ? (MergeTier.D, refusal.Rule, refusal.Reason)
            : Open(piece);
        return new MergeChunk(
            index, piece.Base, piece.Ours, piece.Theirs, draft.BaseText(piece), draft.OursText(piece), draft.TheirsText(piece), piece.Answer?.Text, tier, rule, evidence);
    }

    private static (MergeTier Tier, string Rule, string Evidence) Open(Piece piece) => piece switch
    {
        { Held: { } held } => (MergeTier.C, held.Rule, held.Evidence),
        { Base.Count: 0 } => (MergeTier.C, "both-added", "Both sides added text at the same place, and no rule knows how they go together."),
        { Ours.Count: 0 } or { Theirs.Count: 0 } => (MergeTier.C, "delete-modify", "One side deleted what the other changed."),
        _ => (MergeTier.C, "both-changed", "Both sides changed the same lines, and no rule is sure how they go together."),
    };
}
