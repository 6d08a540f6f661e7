using AutoBuild.Memory.Segments;

namespace AutoBuild.Memory.Search;

/// <summary>Keeps the answers to frequent searches for a while. One holds only for the state that it was found in, and the least asked for goes first.</summary>
/// <param name="lifetime">How long an answer is kept; zero keeps none.</param>
internal sealed class AnswerCache(TimeSpan lifetime, TimeProvider time)
{
    /// <summary>The most answers kept.</summary>
    public const int MostAnswers = 1000;

    /// <summary>The most bytes of their texts, about.</summary>
    public const long MostBytes = 32L << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<SearchRequest, LinkedListNode<Entry>> _known = [];
    private readonly LinkedList<Entry> _byUse = [];
    private long _bytes;

    /// <summary>Returns what was found before in the same state; null where nothing was.</summary>
    public Found? Find(SearchRequest request, AnswerState state)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(request, out var entry))
            {
                return null;
            }

            if (!entry.Value.State.Is(state) || time.GetElapsedTime(entry.Value.At) >= lifetime)
            {
                Drop(entry);
                return null;
            }

            _byUse.Remove(entry);
            _byUse.AddFirst(entry);
            return entry.Value.Found;
        }
    }

    /// <summary>Keeps an answer; one that is larger than an eighth of the room is not kept.</summary>
    public void Keep(SearchRequest request, AnswerState state, Found found)
    {
        var bytes = Bytes(request, found);
        if (lifetime <= TimeSpan.Zero || bytes > MostBytes / 8)
        {
            return;
        }

        lock (_gate)
        {
            if (_known.TryGetValue(request, out var before))
            {
                Drop(before);
            }

            _known[request] = _byUse.AddFirst(new Entry(request, state, found, bytes, time.GetTimestamp()));
            _bytes += bytes;
            while (_known.Count > MostAnswers || _bytes > MostBytes)
            {
                Drop(_byUse.Last!);
            }
        }
    }

    private static long Bytes(SearchRequest request, Found found) =>
        1000 + (2L * (request.Query.Length + (request.FileFilter?.Length ?? 0))) + found.Results.Sum(one => 500 + (2L * (one.Content.Length + one.FilePath.Length + one.Symbol.Length)));

    private void Drop(LinkedListNode<Entry> entry)
    {
        _byUse.Remove(entry);
        _known.Remove(entry.Value.Request);
        _bytes -= entry.Value.Bytes;
    }

    private sealed record Entry(SearchRequest Request, AnswerState State, Found Found, long Bytes, long At);
}

/// <summary>Is what an answer stands on; a view is replaced by another whenever it changes.</summary>
/// <param name="view">Not kept alive by it.</param>
/// <param name="index">The index as it stood.</param>
/// <param name="hasPast">Whether the past was read by then.</param>
internal sealed class AnswerState(View view, long index, bool hasPast)
{
    private readonly WeakReference<View> _view = new(view);
    private readonly (long Index, bool HasPast) _rest = (index, hasPast);

    public bool Is(AnswerState other) =>
        _rest == other._rest && _view.TryGetTarget(out var mine) && other._view.TryGetTarget(out var theirs) && ReferenceEquals(mine, theirs);
}
