namespace AutoBuild.Merge.Lines;

/// <summary>Is a run of lines that one text has in place of a run of lines of another.</summary>
internal readonly record struct Hunk(LineSpan Old, LineSpan New);

/// <summary>Holds which lines of two texts have no partner in the other; the others pair up in order.</summary>
internal sealed class LineChanges(int[] old, int[] @new)
{
    public int[] Old { get; } = old;

    public int[] New { get; } = @new;

    public bool[] Gone { get; } = new bool[old.Length];

    public bool[] Come { get; } = new bool[@new.Length];

    public void MarkOld(int first, int end) => Gone.AsSpan(first, end - first).Fill(true);

    public void MarkNew(int first, int end) => Come.AsSpan(first, end - first).Fill(true);

    /// <summary>Lists the runs of changed lines in order; between two of them stands at least one line that both have.</summary>
    public List<Hunk> Hunks()
    {
        var hunks = new List<Hunk>();
        var (i, j) = (0, 0);
        while (i < Old.Length || j < New.Length)
        {
            var (first, second) = (i, j);
            while (i < Old.Length && Gone[i])
            {
                i++;
            }

            while (j < New.Length && Come[j])
            {
                j++;
            }

            if (i > first || j > second)
            {
                hunks.Add(new Hunk(new LineSpan(first, i - first), new LineSpan(second, j - second)));
            }

            (i, j) = (i + 1, j + 1);
        }

        return hunks;
    }
}
