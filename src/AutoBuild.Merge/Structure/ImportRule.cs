using AutoBuild.Merge.Lines;
using AutoBuild.Syntax;

namespace AutoBuild.Merge.Structure;

/// <summary>Answers chunks of imports, and the imports at the head of a chunk that goes on with other lines.</summary>
internal static class ImportRule
{
    public static void Run(MergeDraft draft)
    {
        if (draft.Open.Count == 0 || draft.Path is null || Languages.ForPath(draft.Path) is not { Imports: not ImportStyle.None } language)
        {
            return;
        }

        ImportFile[] files = [new(draft.Base, language), new(draft.Ours, language), new(draft.Theirs, language)];
        if (files.All(file => file.Imports.Count == 0))
        {
            return;
        }

        foreach (var chunk in draft.Open)
        {
            if (draft.IsLate || Answered(draft, chunk, files))
            {
                continue;
            }

            if (files[0].Holds(chunk.Base) && files[1].Holds(chunk.Ours) && files[2].Holds(chunk.Theirs))
            {
                draft.Hold(chunk, "imports-open", "Both sides changed the imports, and no rule is sure how they go together.");
            }
            else
            {
                Split(draft, chunk, files);
            }
        }
    }

    private static bool Answered(MergeDraft draft, Piece chunk, ImportFile[] files) =>
        Merged(files, chunk.Base, chunk.Ours, chunk.Theirs) is { } answer && draft.Answer(chunk, answer);

    /// <summary>Where a side only added or only deleted statements, what happened elsewhere in the file tells whether they are wanted, so the rule has a name of its own.</summary>
    private static Answer? Merged(ImportFile[] files, LineSpan start, LineSpan ours, LineSpan theirs) =>
        ImportMerge.Merge(files[0].Side(start), files[1].Side(ours), files[2].Side(theirs)) is not { } answer ? null
            : answer.Tier == MergeTier.A && (start.Count == 0 || ours.Count == 0 || theirs.Count == 0) ? answer with { Tier = MergeTier.B, Rule = "imports-added" }
            : answer;

    /// <summary>Cuts off the imports with which a chunk begins, where they can be merged.</summary>
    private static void Split(MergeDraft draft, Piece chunk, ImportFile[] files)
    {
        LineSpan[] heads = [files[0].Head(chunk.Base), files[1].Head(chunk.Ours), files[2].Head(chunk.Theirs)];
        if (heads[1].Count == 0 || heads[2].Count == 0 || Merged(files, heads[0], heads[1], heads[2]) is not { } answer)
        {
            return;
        }

        var rest = new Stretch(Change.Conflict, Rest(chunk.Base, heads[0]), Rest(chunk.Ours, heads[1]), Rest(chunk.Theirs, heads[2]));
        var settled = rest with { Change = Settled(draft, rest) };
        draft.Split(chunk, [new Stretch(Change.Conflict, heads[0], heads[1], heads[2]), settled]);
        draft.Answer(draft.Open.First(piece => piece.Ours == heads[1] && piece.Theirs == heads[2] && piece.Base == heads[0]), answer);
    }

    private static LineSpan Rest(LineSpan whole, LineSpan head) => new(head.End, whole.End - head.End);

    private static Change Settled(MergeDraft draft, Stretch rest)
    {
        var (b, o, t) = (draft.Base.Slice(rest.Base), draft.Ours.Slice(rest.Ours), draft.Theirs.Slice(rest.Theirs));
        return (o == t, o == b, t == b) switch
        {
            (true, true, _) => Change.Nobody,
            (true, _, _) => Change.Both,
            (_, true, _) => Change.Theirs,
            (_, _, true) => Change.Ours,
            _ => Change.Conflict,
        };
    }

    private sealed class ImportFile(SourceText text, Language language)
    {
        public IReadOnlyList<ImportStatement> Imports { get; } = AutoBuild.Syntax.Imports.Of(text.Text, language);

        public ImportSide Side(LineSpan span) => new(text.Text, Imports, language.Imports, text.StartOf(span.First), text.StartOf(span.End));

        /// <summary>Whether a span holds imports and nothing else.</summary>
        public bool Holds(LineSpan span) => ImportItem.Cut(Side(span)) is not null && (span.Count == 0 || Head(span).Count > 0);

        /// <summary>The lines with which a span begins that end with its last import; empty where it holds none, or has one that goes on beyond it.</summary>
        public LineSpan Head(LineSpan span)
        {
            var end = text.StartOf(span.End);
            var last = Imports.LastOrDefault(import => import.Start >= text.StartOf(span.First) && import.End <= end);
            return new LineSpan(span.First, last is null ? 0 : text.LineAt(last.End) - span.First);
        }
    }
}
