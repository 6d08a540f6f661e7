using AutoBuild.Merge.Lines;

namespace AutoBuild.Merge;

/// <summary>Merges three versions of a file; a pure function that knows nothing but their texts and the path.</summary>
public static class MergeEngine
{
    /// <summary>Merges, and says of every place where both sides met what was done and why. Never throws for what the texts hold.</summary>
    public static MergeResult Merge(MergeInput input, MergeOptions? options = null)
    {
        if (input.Ours.AsSpan().SequenceEqual(input.Theirs) || input.Base.AsSpan().SequenceEqual(input.Theirs))
        {
            return new MergeResult(input.Ours, []);
        }

        if (input.Base.AsSpan().SequenceEqual(input.Ours))
        {
            return new MergeResult(input.Theirs, []);
        }

        options ??= MergeOptions.Default;
        return Refusals.OfBytes(input) is { } refusal
            ? new MergeResult(input.Ours, [new MergeChunk(0, default, default, default, "", "", "", null, MergeTier.D, refusal.Rule, refusal.Reason)], refusal.Reason)
            : Merge(FileTexts.Read(input), input.Path, options);
    }

    private static MergeResult Merge(FileTexts texts, string? path, MergeOptions options)
    {
        var draft = Draft(texts, path, options);
        if (draft.Open.Count > 0 && texts.WithOneLineBreak() is { } same)
        {
            texts = same;
            draft = Draft(texts, path, options);
        }

        var refusal = draft.Open.Count == 0 ? null : Refusals.OfTexts(texts, path);
        if (refusal is null)
        {
            MergeStages.Run(draft);
        }

        return MergeOutline.Of(draft, texts, refusal).Result();
    }

    private static MergeDraft Draft(FileTexts texts, string? path, MergeOptions options)
    {
        var cut = SourceText.Cut(texts.Base, texts.Ours, texts.Theirs);
        return new MergeDraft(cut[0], cut[1], cut[2], LineMerge.Stretches(cut[0], cut[1], cut[2]), path, options);
    }
}
