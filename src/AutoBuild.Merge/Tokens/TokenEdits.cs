using System.Text;
using AutoBuild.Merge.Lines;

namespace AutoBuild.Merge.Tokens;

/// <summary>Is a run of base tokens that one side replaced.</summary>
internal readonly record struct TokenEdit(bool IsOurs, Hunk Hunk)
{
    public int Size => Hunk.Old.Count + Hunk.New.Count;
}

/// <summary>Holds the edits of both sides to a chunk in the order of the base.</summary>
internal sealed class TokenEdits
{
    private readonly TokenText _base;
    private readonly TokenText _ours;
    private readonly TokenText _theirs;
    private readonly LineChanges _toOurs;
    private readonly LineChanges _toTheirs;
    private readonly List<TokenEdit> _edits;

    /// <summary>Edits that both sides made, as ours made them.</summary>
    private readonly List<TokenEdit> _shared = [];

    public TokenEdits(TokenText start, TokenText ours, TokenText theirs)
    {
        (_base, _ours, _theirs) = (start, ours, theirs);
        (_toOurs, _toTheirs) = (MyersDiff.Compare(start.Ids, ours.Ids), MyersDiff.Compare(start.Ids, theirs.Ids));
        _edits = InOrder(Of(true, _toOurs).Concat(Of(false, _toTheirs)));
        Share();
    }

    public int Count => _edits.Count + _shared.Count;

    /// <summary>Tokens that the busier side took out or put in.</summary>
    public int Busier => _shared.Sum(edit => edit.Size) + Math.Max(_edits.Where(edit => edit.IsOurs).Sum(edit => edit.Size), _edits.Where(edit => !edit.IsOurs).Sum(edit => edit.Size));

    /// <summary>Tokens of the base that stay.</summary>
    public int Kept => _base.Count - _edits.Concat(_shared).Sum(edit => edit.Hunk.Old.Count);

    /// <summary>Whether edits of both sides overlap or touch.</summary>
    public bool Meet => Pairs().Any(pair => pair.Second.Hunk.Old.First <= pair.First.Hunk.Old.End);

    /// <summary>Whether a line break of the base stands between any two edits of different sides.</summary>
    public bool OnDifferentLines => Pairs().All(pair => Between(pair).Any(_base.IsNewline));

    /// <summary>Whether at least the separator of a list stands between them.</summary>
    public bool InDifferentItems => Pairs().All(pair => Between(pair).Any(_base.IsNewline) || Separated(pair));

    /// <summary>Whether one side uses a word more often that the other took out everywhere, so after a rename.</summary>
    public bool BringBack => BringsBack(_ours, _theirs) || BringsBack(_theirs, _ours);

    /// <summary>Whether one side changed indents and the other the lines, which would then stand at the old indent.</summary>
    public bool MixIndents => (Indents(_toOurs, _ours) && AddsLines(false)) || (Indents(_toTheirs, _theirs) && AddsLines(true));

    /// <summary>Whether all lines stay the lines that they were.</summary>
    public bool KeepLines => !_edits.Any(edit => Span(edit.Hunk.New).Any(Side(edit).IsNewline) || Span(edit.Hunk.Old).Any(_base.IsNewline));

    private bool AddsLines(bool ours) => _edits.Any(edit => edit.IsOurs == ours && Span(edit.Hunk.New).Any(Side(edit).IsNewline));

    private bool Indents(LineChanges changes, TokenText side)
    {
        var partners = Partners(changes);
        return Enumerable.Range(0, _base.Count).Any(i => partners[i] >= 0 && _base.BeginsLine(i) && side.BeginsLine(partners[i]) && !_base.IsNewline(i) && !_base.Lead(i).SequenceEqual(side.Lead(partners[i])));
    }

    private static IEnumerable<int> Span(LineSpan span) => Enumerable.Range(span.First, span.Count);

    private bool BringsBack(TokenText remover, TokenText user)
    {
        var gone = Enumerable.Range(0, _base.Count).Where(_base.HasMeaning).Select(i => _base.Ids[i]).ToHashSet();
        gone.ExceptWith(remover.Ids);
        return gone.Any(id => user.Ids.Count(other => other == id) > _base.Ids.Count(other => other == id));
    }

    private static IEnumerable<TokenEdit> Of(bool ours, LineChanges changes) => changes.Hunks().Select(hunk => new TokenEdit(ours, hunk));

    private static List<TokenEdit> InOrder(IEnumerable<TokenEdit> edits) => [.. edits.OrderBy(edit => edit.Hunk.Old.First).ThenBy(edit => edit.Hunk.Old.End)];

    private void Share()
    {
        for (var i = _edits.Count - 1; i > 0; i--)
        {
            var (first, second) = (_edits[i - 1], _edits[i]);
            if (first.IsOurs != second.IsOurs && first.Hunk.Old == second.Hunk.Old && New(first).SequenceEqual(New(second)))
            {
                _shared.Add(first.IsOurs ? first : second);
                _edits.RemoveRange(--i, 2);
            }
        }
    }

    private ReadOnlySpan<int> New(TokenEdit edit) => Side(edit).Ids.AsSpan(edit.Hunk.New.First, edit.Hunk.New.Count);

    private TokenText Side(TokenEdit edit) => edit.IsOurs ? _ours : _theirs;

    private IEnumerable<(TokenEdit First, TokenEdit Second)> Pairs() => _edits.Zip(_edits.Skip(1)).Where(pair => pair.First.IsOurs != pair.Second.IsOurs);

    private static IEnumerable<int> Between((TokenEdit First, TokenEdit Second) pair) =>
        Enumerable.Range(pair.First.Hunk.Old.End, Math.Max(0, pair.Second.Hunk.Old.First - pair.First.Hunk.Old.End));

    private bool Separated((TokenEdit First, TokenEdit Second) pair)
    {
        var depth = 0;
        foreach (var i in Between(pair))
        {
            switch (_base[i])
            {
                case "(" or "[" or "{":
                    depth++;
                    break;
                case ")" or "]" or "}":
                    depth = Math.Max(0, depth - 1);
                    break;
                case "," or ";" when depth == 0:
                    return true;
                default:
                    break;
            }
        }

        return false;
    }

    /// <summary>Writes the base with the edits of both sides; blanks are those of the side that changed them.</summary>
    public string Apply()
    {
        var text = new StringBuilder();
        var (ours, theirs) = (Partners(_toOurs), Partners(_toTheirs));
        var edits = new Queue<TokenEdit>(InOrder(_edits.Concat(_shared)));
        for (var i = 0; i <= _base.Count; i++)
        {
            while (edits.TryPeek(out var edit) && edit.Hunk.Old.First == i)
            {
                edits.Dequeue();
                i = edit.Hunk.Old.End;
                for (var j = edit.Hunk.New.First; j < edit.Hunk.New.End; j++)
                {
                    var isInPlace = j == edit.Hunk.New.First && edit.Hunk.Old.Count > 0;
                    text.Append(isInPlace ? Lead(edit.Hunk.Old.First, edit.IsOurs ? j : ours[edit.Hunk.Old.First], edit.IsOurs ? theirs[edit.Hunk.Old.First] : j) : Side(edit).Lead(j)).Append(Side(edit)[j]);
                }
            }

            if (i < _base.Count)
            {
                text.Append(Lead(i, ours[i], theirs[i])).Append(_base[i]);
            }
        }

        return text.ToString();
    }

    private ReadOnlySpan<char> Lead(int index, int ours, int theirs)
    {
        var lead = _base.Lead(index);
        return ours >= 0 && !_ours.Lead(ours).SequenceEqual(lead) ? _ours.Lead(ours) : theirs >= 0 ? _theirs.Lead(theirs) : lead;
    }

    /// <summary>For each token of the base its partner on a side; -1 where it has none.</summary>
    private static int[] Partners(LineChanges changes)
    {
        var partners = new int[changes.Old.Length];
        var j = 0;
        for (var i = 0; i < partners.Length; i++)
        {
            if (changes.Gone[i])
            {
                partners[i] = -1;
                continue;
            }

            while (changes.Come[j])
            {
                j++;
            }

            partners[i] = j++;
        }

        return partners;
    }
}
