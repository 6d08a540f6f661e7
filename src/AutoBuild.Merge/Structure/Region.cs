using AutoBuild.Merge.Lines;

namespace AutoBuild.Merge.Structure;

/// <summary>Is a run of pieces that grows, whole lines that nobody changed at its ends included, until it holds whole items in all three versions.</summary>
internal sealed class Region
{
    // Beyond it people took the merge apart by hand as often as not.
    private const int MostLines = 30;
    private readonly MergeDraft _draft;
    private readonly int[] _first;
    private readonly int[] _end;

    private Region(MergeDraft draft, Piece chunk)
    {
        _draft = draft;
        _first = [chunk.Base.First, chunk.Ours.First, chunk.Theirs.First];
        _end = [chunk.Base.End, chunk.Ours.End, chunk.Theirs.End];
    }

    public LineSpan Of(int version) => new(_first[version], _end[version] - _first[version]);

    /// <summary>Grows a chunk to whole units of the containers that hold it in base, ours and theirs; null where it would outgrow them.</summary>
    public static Region? Around(MergeDraft draft, Piece chunk, Container[] containers)
    {
        var region = new Region(draft, chunk);
        while (region.Fits(containers))
        {
            var (low, high) = (Unfit(containers, region._first), Unfit(containers, region._end));
            if (low < 0 && high < 0)
            {
                return region;
            }

            if ((low >= 0 && !region.Lower(low, containers[low].Units.Last(unit => unit.Lines.First < region._first[low]).Lines.First))
                || (high >= 0 && !region.Raise(high, containers[high].Units.First(unit => unit.Lines.End > region._end[high]).Lines.End)))
            {
                return null;
            }
        }

        return null;
    }

    private bool Fits(Container[] containers) => Enumerable.Range(0, 3).All(version =>
        containers[version].Lines.First <= _first[version] && _end[version] <= containers[version].Lines.End && _end[version] - _first[version] <= MostLines);

    private static int Unfit(Container[] containers, int[] lines)
    {
        for (var version = 0; version < 3; version++)
        {
            if (!containers[version].IsEdge(lines[version]))
            {
                return version;
            }
        }

        return -1;
    }

    /// <summary>Takes in what stands above, up to a line of one version.</summary>
    private bool Lower(int version, int line)
    {
        while (_first[version] > line)
        {
            if (_draft.Pieces.LastOrDefault(piece => Before(piece) && !IsEmpty(piece)) is not { } piece || piece.Answer is not null)
            {
                return false;
            }

            var count = piece.Stretch.Change is Change.Nobody ? Math.Min(_first[version] - Start(piece)[version], _first[version] - line) : -1;
            for (var i = 0; i < 3; i++)
            {
                _first[i] = count < 0 ? Start(piece)[i] : _first[i] - count;
            }
        }

        return true;
    }

    private bool Raise(int version, int line)
    {
        while (_end[version] < line)
        {
            if (_draft.Pieces.FirstOrDefault(piece => After(piece) && !IsEmpty(piece)) is not { } piece || piece.Answer is not null)
            {
                return false;
            }

            var count = piece.Stretch.Change is Change.Nobody ? Math.Min(End(piece)[version] - _end[version], line - _end[version]) : -1;
            for (var i = 0; i < 3; i++)
            {
                _end[i] = count < 0 ? End(piece)[i] : _end[i] + count;
            }
        }

        return true;
    }

    private bool Before(Piece piece) => Enumerable.Range(0, 3).All(i => Start(piece)[i] <= _first[i]) && Enumerable.Range(0, 3).Any(i => Start(piece)[i] < _first[i]);

    private bool After(Piece piece) => Enumerable.Range(0, 3).All(i => End(piece)[i] >= _end[i]) && Enumerable.Range(0, 3).Any(i => End(piece)[i] > _end[i]);

    private static int[] Start(Piece piece) => [piece.Base.First, piece.Ours.First, piece.Theirs.First];

    private static int[] End(Piece piece) => [piece.Base.End, piece.Ours.End, piece.Theirs.End];

    private static bool IsEmpty(Piece piece) => piece.Base.Count + piece.Ours.Count + piece.Theirs.Count == 0;
}
