namespace AutoBuild.Merge;

/// <summary>Is what came of a merge.</summary>
/// <param name="Content">The merged file; where chunks are open, with conflict markers around them.</param>
/// <param name="Chunks">Each place where a line merge conflicts, in order, answered or open; empty where both sides changed different places.</param>
/// <param name="Refusal">Why no structure was looked at: binary, markers in the input, a generated or lock file, too large; null mostly.</param>
public sealed record MergeResult(byte[] Content, IReadOnlyList<MergeChunk> Chunks, string? Refusal = null)
{
    /// <summary>Whether every chunk has an answer.</summary>
    public bool IsClean => Chunks.All(chunk => chunk.Answer is not null);

    internal MergeOutline? Outline { get; init; }

    /// <summary>Puts texts in the place of open chunks, by index; the others stay as they are. A text with conflict markers, or that the file's encoding cannot write, leaves its chunk open.</summary>
    public MergeResult Fill(IReadOnlyDictionary<int, string> answers, string rule, string evidence) => Outline?.Fill(answers, rule, evidence) ?? this;

    /// <summary>Says why a text cannot be the answer of a chunk: <c>markers</c> or <c>encoding</c>; null where it can.</summary>
    public AnswerFault? Unfit(string text) => Outline?.Unfit(text);

    /// <summary>Takes the answers of chunks back, by index, so that others can be put in.</summary>
    public MergeResult Reopen(IReadOnlySet<int> chunks) => Outline?.Reopen(chunks) ?? this;
}

/// <summary>Is one place where a line merge conflicts.</summary>
/// <param name="Index">Counted from 0 in the file.</param>
/// <param name="Base">Its lines in the base, likewise for the others.</param>
/// <param name="BaseText">The text of those lines.</param>
/// <param name="Answer">The text that goes in its place; null where it is open.</param>
/// <param name="Tier">A or B of an answer, C or D of an open one.</param>
/// <param name="Rule">The stable name of the rule that answered, or that says why none did.</param>
/// <param name="Evidence">A sentence for people: what the rule saw.</param>
public sealed record MergeChunk(
    int Index, LineSpan Base, LineSpan Ours, LineSpan Theirs, string BaseText, string OursText, string TheirsText,
    string? Answer, MergeTier Tier, string Rule, string Evidence);

/// <summary>Is a run of whole lines.</summary>
/// <param name="First">Index of the first, from 0.</param>
/// <param name="Count">May be 0: then it stands before the line <paramref name="First"/>.</param>
public readonly record struct LineSpan(int First, int Count)
{
    public int End => First + Count;
}
