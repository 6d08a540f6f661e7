using AutoBuild.Merge.Lines;

namespace AutoBuild.Merge;

/// <summary>Is a merge in the making: the three texts, and the pieces that tile them. Stages answer its open chunks one after the other.</summary>
internal sealed class MergeDraft
{
    private readonly List<Piece> _pieces;
    private readonly long _started = TimeProvider.System.GetTimestamp();

    public MergeDraft(SourceText start, SourceText ours, SourceText theirs, IEnumerable<Stretch> stretches, string? path, MergeOptions options)
    {
        (Base, Ours, Theirs, Path, Options) = (start, ours, theirs, path, options);
        _pieces = [.. stretches.Select(stretch => new Piece(stretch, null))];
    }

    public SourceText Base { get; }

    public SourceText Ours { get; }

    public SourceText Theirs { get; }

    public string? Path { get; }

    public MergeOptions Options { get; }

    public IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>The chunks without an answer that no rule holds, as they are now, in order; answering one leaves the list as it is.</summary>
    public IReadOnlyList<Piece> Open => [.. _pieces.Where(piece => piece.IsOpen && piece.Held is null)];

    public bool IsLate => TimeProvider.System.GetElapsedTime(_started) > Options.Limit;

    public string BaseText(Piece piece) => Base.Slice(piece.Base);

    public string OursText(Piece piece) => Ours.Slice(piece.Ours);

    public string TheirsText(Piece piece) => Theirs.Slice(piece.Theirs);

    /// <summary>What a piece is in the merged file; of an open chunk, ours.</summary>
    public string Text(Piece piece) => piece switch
    {
        { Answer: { } answer } => answer.Text,
        { Stretch.Change: Change.Theirs } => TheirsText(piece),
        _ => OursText(piece),
    };

    /// <summary>Answers one open chunk; false where the answer does not account for what both sides did, which leaves the chunk open.</summary>
    public bool Answer(Piece chunk, Answer answer) => Replace(chunk.Base, chunk.Ours, chunk.Theirs, answer);

    /// <summary>
    /// Puts an answer in the place of a region. It may hold several chunks and what lies between them: they become one.
    /// It begins and ends where pieces do, or within lines that nobody changed.
    /// </summary>
    /// <returns>False where the region cannot be cut out, or the answer does not account for what both sides did; then nothing changed.</returns>
    public bool Replace(LineSpan start, LineSpan ours, LineSpan theirs, Answer answer)
    {
        if (answer.Tier > Options.Accept || !IsExplained(start, ours, theirs, answer))
        {
            return false;
        }

        var (first, end) = (CutAt(start.First, ours.First, theirs.First, after: false), CutAt(start.End, ours.End, theirs.End, after: true));
        if (first < 0 || end < first)
        {
            return false;
        }

        _pieces.RemoveRange(first, end - first);
        _pieces.Insert(first, new Piece(new Stretch(Change.Conflict, start, ours, theirs), answer));
        return true;
    }

    private bool IsExplained(LineSpan start, LineSpan ours, LineSpan theirs, Answer answer) => answer.AccountsForItself
        ? WordAccount.Holds(Base.Slice(start), Ours.Slice(ours), Theirs.Slice(theirs), answer.Text, answer.Excused)
        : LineAccount.Holds(Base.Of(start), Ours.Of(ours), Theirs.Of(theirs), answer.Text);

    /// <summary>Cuts an open chunk into smaller stretches that tile it.</summary>
    public void Split(Piece chunk, IEnumerable<Stretch> parts)
    {
        var at = _pieces.IndexOf(chunk);
        _pieces.RemoveAt(at);
        _pieces.InsertRange(at, parts.Select(part => new Piece(part, null)));
    }

    /// <summary>Leaves a chunk open for good: a rule knows what it is, and that no answer is sure.</summary>
    public void Hold(Piece chunk, string rule, string evidence) => _pieces[_pieces.IndexOf(chunk)] = chunk with { Held = (rule, evidence) };

    /// <summary>Takes an answer back.</summary>
    public void Reopen(Piece piece) => _pieces[_pieces.IndexOf(piece)] = piece with { Answer = null };

    /// <summary>Makes a guess of an answer that seemed sure; takes it back where guesses aren't wanted.</summary>
    public void Doubt(Piece piece) => _pieces[_pieces.IndexOf(piece)] = piece with { Answer = Options.Accept < MergeTier.B ? null : piece.Answer! with { Tier = MergeTier.B } };

    /// <summary>Takes every answer back.</summary>
    public void ReopenAll()
    {
        foreach (var piece in _pieces.Where(piece => piece.Answer is not null).ToList())
        {
            Reopen(piece);
        }
    }

    /// <summary>The index of the piece that begins at a point, after cutting an unchanged one there; -1 where none can.</summary>
    /// <param name="after">Whether pieces without a line that stand at the point lie before it.</param>
    private int CutAt(int inBase, int inOurs, int inTheirs, bool after)
    {
        for (var i = 0; i < _pieces.Count; i++)
        {
            var piece = _pieces[i];
            if ((piece.Base.First, piece.Ours.First, piece.Theirs.First) == (inBase, inOurs, inTheirs) && !(after && IsEmpty(piece)))
            {
                return i;
            }

            var head = inBase - piece.Base.First;
            if (piece.Stretch.Change is Change.Nobody && head > 0 && head < piece.Base.Count && inOurs - piece.Ours.First == head && inTheirs - piece.Theirs.First == head)
            {
                _pieces[i] = new Piece(Part(0, head), null);
                _pieces.Insert(i + 1, new Piece(Part(head, piece.Base.Count - head), null));
                return i + 1;
            }

            Stretch Part(int from, int count) => new(Change.Nobody, At(piece.Base, from, count), At(piece.Ours, from, count), At(piece.Theirs, from, count));
        }

        return (inBase, inOurs, inTheirs) == (Base.Count, Ours.Count, Theirs.Count) ? _pieces.Count : -1;
    }

    private static LineSpan At(LineSpan span, int from, int count) => new(span.First + from, count);

    private static bool IsEmpty(Piece piece) => piece.Base.Count + piece.Ours.Count + piece.Theirs.Count == 0;
}
