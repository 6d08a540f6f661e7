namespace AutoBuild.Merge.Lines;

/// <summary>Moves runs of changed lines to where git has them: as far down as they go, or beside a change in the other text.</summary>
/// <remarks>A run can move where the line before it equals its last one; where it meets another run the two become one. Without this the same edit made on both sides would often not look the same.</remarks>
internal static class HunkSliding
{
    public static void Apply(LineChanges changes)
    {
        Compact(new Runs(changes.Old, changes.Gone), new Runs(changes.New, changes.Come));
        Compact(new Runs(changes.New, changes.Come), new Runs(changes.Old, changes.Gone));
    }

    private static void Compact(Runs runs, Runs others)
    {
        do
        {
            if (runs.Length > 0)
            {
                Slide(runs, others);
            }

            others.Next();
        }
        while (runs.Next());
    }

    private static void Slide(Runs runs, Runs others)
    {
        int length, highest, besideOther;
        do
        {
            length = runs.Length;
            while (runs.Up())
            {
                others.Previous();
            }

            highest = runs.End;
            besideOther = others.Length > 0 ? runs.End : -1;
            while (runs.Down())
            {
                others.Next();
                besideOther = others.Length > 0 ? runs.End : besideOther;
            }
        }
        while (length != runs.Length);

        while (runs.End != highest && besideOther >= 0 && others.Length == 0 && runs.Up())
        {
            others.Previous();
        }
    }

    /// <summary>Walks over the runs of changed lines of one text, those of length 0 between two unchanged lines included.</summary>
    private sealed class Runs
    {
        private readonly int[] _lines;
        private readonly bool[] _changed;
        private int _start;

        public Runs(int[] lines, bool[] changed)
        {
            (_lines, _changed) = (lines, changed);
            Grow();
        }

        public int End { get; private set; }

        public int Length => End - _start;

        public bool Next()
        {
            if (End == _lines.Length)
            {
                return false;
            }

            _start = End = End + 1;
            Grow();
            return true;
        }

        public void Previous()
        {
            if (_start == 0)
            {
                return;
            }

            End = _start = _start - 1;
            Reach();
        }

        public bool Up()
        {
            if (_start == 0 || _lines[_start - 1] != _lines[End - 1])
            {
                return false;
            }

            _changed[--_start] = true;
            _changed[--End] = false;
            Reach();
            return true;
        }

        public bool Down()
        {
            if (End == _lines.Length || _lines[_start] != _lines[End])
            {
                return false;
            }

            _changed[_start++] = false;
            _changed[End++] = true;
            Grow();
            return true;
        }

        private void Grow()
        {
            while (End < _lines.Length && _changed[End])
            {
                End++;
            }
        }

        private void Reach()
        {
            while (_start > 0 && _changed[_start - 1])
            {
                _start--;
            }
        }
    }
}
