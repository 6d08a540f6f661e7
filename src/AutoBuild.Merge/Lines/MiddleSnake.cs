namespace AutoBuild.Merge.Lines;

/// <summary>Finds the middle of the shortest edit path through a box, from both ends at once; where that grows dear, a good point near by.</summary>
internal sealed class MiddleSnake
{
    /// <summary>A run of equal lines that is worth stopping at.</summary>
    private const int LongRun = 20;

    private const int DearFrom = 256;

    private readonly int[] _old;
    private readonly int[] _new;

    /// <summary>How far each diagonal was followed, from the start and from the end; index 0 is the diagonal -(new lines) - 1.</summary>
    private readonly int[] _forward;
    private readonly int[] _backward;
    private readonly int _origin;
    private readonly int _limit;

    private Box _box;
    private int _low, _high, _lowBack, _highBack;

    public MiddleSnake(int[] old, int[] @new)
    {
        (_old, _new) = (old, @new);
        var diagonals = old.Length + @new.Length + 3;
        (_forward, _backward) = (new int[diagonals], new int[diagonals]);
        _origin = @new.Length + 1;
        _limit = Math.Max(RareLines.Root(diagonals), DearFrom);
    }

    /// <summary>Takes equal lines off both ends.</summary>
    public Box Shrink(Box box)
    {
        var (left, right, top, bottom) = box;
        while (left < right && top < bottom && _old[left] == _new[top])
        {
            (left, top) = (left + 1, top + 1);
        }

        while (left < right && top < bottom && _old[right - 1] == _new[bottom - 1])
        {
            (right, bottom) = (right - 1, bottom - 1);
        }

        return new Box(left, right, top, bottom);
    }

    public Split Split(Box box, bool exact)
    {
        _box = box;
        _low = _high = box.Left - box.Top;
        _lowBack = _highBack = box.Right - box.Bottom;
        _forward[_origin + _low] = box.Left;
        _backward[_origin + _lowBack] = box.Right;
        for (var cost = 1; ; cost++)
        {
            var run = false;
            if ((Forward(ref run) ?? Backward(ref run)) is { } met)
            {
                return met;
            }

            if (exact)
            {
                continue;
            }

            if (run && cost > DearFrom && (AfterRun(cost) ?? BeforeRun(cost)) is { } good)
            {
                return good;
            }

            if (cost >= _limit)
            {
                return Farthest();
            }
        }
    }

    private Split? Forward(ref bool run)
    {
        var odd = ((_box.Left - _box.Top - (_box.Right - _box.Bottom)) & 1) != 0;
        _low = Widen(_forward, _low, -1, _low > _box.Left - _box.Bottom, -1);
        _high = Widen(_forward, _high, 1, _high < _box.Right - _box.Top, -1);
        for (var d = _high; d >= _low; d -= 2)
        {
            var k = _origin + d;
            var x = _forward[k - 1] >= _forward[k + 1] ? _forward[k - 1] + 1 : _forward[k + 1];
            var from = x;
            while (x < _box.Right && x - d < _box.Bottom && _old[x] == _new[x - d])
            {
                x++;
            }

            run |= x - from > LongRun;
            _forward[k] = x;
            if (odd && _lowBack <= d && d <= _highBack && _backward[k] <= x)
            {
                return new Split(x, x - d, true, true);
            }
        }

        return null;
    }

    private Split? Backward(ref bool run)
    {
        var even = ((_box.Left - _box.Top - (_box.Right - _box.Bottom)) & 1) == 0;
        _lowBack = Widen(_backward, _lowBack, -1, _lowBack > _box.Left - _box.Bottom, int.MaxValue);
        _highBack = Widen(_backward, _highBack, 1, _highBack < _box.Right - _box.Top, int.MaxValue);
        for (var d = _highBack; d >= _lowBack; d -= 2)
        {
            var k = _origin + d;
            var x = _backward[k - 1] < _backward[k + 1] ? _backward[k - 1] : _backward[k + 1] - 1;
            var from = x;
            while (x > _box.Left && x - d > _box.Top && _old[x - 1] == _new[x - d - 1])
            {
                x--;
            }

            run |= from - x > LongRun;
            _backward[k] = x;
            if (even && _low <= d && d <= _high && x <= _forward[k])
            {
                return new Split(x, x - d, true, true);
            }
        }

        return null;
    }

    /// <summary>Takes one more diagonal in, or, at the edge of the box, leaves one out; the one beyond counts as never reached.</summary>
    private int Widen(int[] reached, int edge, int step, bool room, int never)
    {
        if (!room)
        {
            return edge - step;
        }

        reached[_origin + edge + (2 * step)] = never;
        return edge + step;
    }

    /// <summary>The end of a long run of equal lines that the way from the start has reached, if it came far for its cost.</summary>
    private Split? AfterRun(int cost)
    {
        (Split? best, var most) = (null, 0);
        var middle = _box.Left - _box.Top;
        for (var d = _high; d >= _low; d -= 2)
        {
            var x = _forward[_origin + d];
            var y = x - d;
            var gain = x - _box.Left + (y - _box.Top) - Math.Abs(d - middle);
            if (gain > 4 * cost && gain > most && _box.Left + LongRun <= x && x < _box.Right && _box.Top + LongRun <= y && y < _box.Bottom
                && _old.AsSpan(x - LongRun, LongRun).SequenceEqual(_new.AsSpan(y - LongRun, LongRun)))
            {
                (best, most) = (new Split(x, y, true, false), gain);
            }
        }

        return best;
    }

    private Split? BeforeRun(int cost)
    {
        (Split? best, var most) = (null, 0);
        var middle = _box.Right - _box.Bottom;
        for (var d = _highBack; d >= _lowBack; d -= 2)
        {
            var x = _backward[_origin + d];
            var y = x - d;
            var gain = _box.Right - x + (_box.Bottom - y) - Math.Abs(d - middle);
            if (gain > 4 * cost && gain > most && _box.Left < x && x <= _box.Right - LongRun && _box.Top < y && y <= _box.Bottom - LongRun
                && _old.AsSpan(x, LongRun).SequenceEqual(_new.AsSpan(y, LongRun)))
            {
                (best, most) = (new Split(x, y, false, true), gain);
            }
        }

        return best;
    }

    /// <summary>The point that either way has come farthest to.</summary>
    private Split Farthest()
    {
        var (far, farX) = (-1, -1);
        for (var d = _high; d >= _low; d -= 2)
        {
            var x = Math.Min(_forward[_origin + d], _box.Right);
            x = Math.Min(x, _box.Bottom + d);
            if (far < x + x - d)
            {
                (far, farX) = (x + x - d, x);
            }
        }

        var (near, nearX) = (int.MaxValue, int.MaxValue);
        for (var d = _highBack; d >= _lowBack; d -= 2)
        {
            var x = Math.Max(_box.Left, _backward[_origin + d]);
            x = Math.Max(x, _box.Top + d);
            if (x + x - d < near)
            {
                (near, nearX) = (x + x - d, x);
            }
        }

        return _box.Right + _box.Bottom - near < far - (_box.Left + _box.Top)
            ? new Split(farX, far - farX, true, false)
            : new Split(nearX, near - nearX, false, true);
    }
}
