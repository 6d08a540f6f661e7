using AutoBuild.Core.Store;

namespace AutoBuild.Api;

/// <summary>
/// Holds the newest events for all readers at once, so that a reader costs neither a query nor a copy. It has everything after
/// <see cref="Floor"/>; whoever stands before that reads elsewhere until it has caught up.
/// </summary>
internal sealed class FrameRing(int capacity = FrameRing.MostFrames, int bytes = FrameRing.MostBytes)
{
    private const int MostFrames = 4096;
    private const int MostBytes = 8 << 20;

    /// <summary>What it costs to write to a reader, with a margin: the more of them, the more events go out in one go.</summary>
    private static readonly TimeSpan PerReader = TimeSpan.FromMicroseconds(20);

    private readonly Lock _gate = new();
    private readonly EventFrame[] _frames = new EventFrame[capacity];
    private TaskCompletionSource _changed = NewSignal();
    private int _first;
    private int _count;
    private long _held;
    private int _readers;

    /// <summary>Everything newer than this id is here; beyond reach before the first <see cref="Begin"/>.</summary>
    public long Floor { get; private set; } = long.MaxValue;

    /// <summary>The newest id that was looked at.</summary>
    public long Newest { get; private set; }

    /// <summary>Completes at the next <see cref="Pulse"/>. Taken before looking, it can't be missed.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>How long events are gathered before the next pulse, so that readers leave the machine some time for its work.</summary>
    public TimeSpan Spacing => Volatile.Read(ref _readers) * PerReader;

    /// <summary>Tells whether the id is one of the time that the ring knows.</summary>
    public bool Covers(long id)
    {
        lock (_gate)
        {
            return Floor <= id && id <= Newest;
        }
    }

    /// <summary>Forgets all, and begins after an id.</summary>
    public void Begin(long after)
    {
        lock (_gate)
        {
            Array.Clear(_frames);
            (_first, _count, _held, Floor, Newest) = (0, 0, 0, after, after);
        }
    }

    /// <summary>Adds an event that is newer than all before it; the oldest go where there are too many.</summary>
    public void Add(EventFrame frame)
    {
        lock (_gate)
        {
            while (_count == _frames.Length || (_count > 0 && _held + frame.Bytes.Length > bytes))
            {
                Drop();
            }

            _frames[(_first + _count++) % _frames.Length] = frame;
            _held += frame.Bytes.Length;
            Newest = frame.Id;
        }
    }

    /// <summary>Returns the next event that fits and moves the reader on to it, or, with null, over all that don't.</summary>
    /// <returns>False where the reader has fallen behind what is held, or the ring was begun anew.</returns>
    public bool TryNext(ref long seen, EventFilter filter, out EventFrame? next)
    {
        lock (_gate)
        {
            next = null;
            if (seen < Floor)
            {
                return false;
            }

            for (var at = After(seen); at < _count; at++)
            {
                var frame = At(at);
                seen = frame.Id;
                if (frame.Fits(filter))
                {
                    next = frame;
                    break;
                }
            }

            return true;
        }
    }

    /// <summary>Lets every reader look.</summary>
    public void Pulse() => Interlocked.Exchange(ref _changed, NewSignal()).SetResult();

    public void Enter() => Interlocked.Increment(ref _readers);

    public void Leave() => Interlocked.Decrement(ref _readers);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EventFrame At(int index) => _frames[(_first + index) % _frames.Length];

    private void Drop()
    {
        var oldest = _frames[_first];
        _frames[_first] = null!;
        (_first, _count, _held, Floor) = ((_first + 1) % _frames.Length, _count - 1, _held - oldest.Bytes.Length, oldest.Id);
    }

    /// <summary>Returns the index of the first event that is newer.</summary>
    private int After(long seen)
    {
        var (from, to) = (0, _count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = At(middle).Id > seen ? (from, middle) : (middle + 1, to);
        }

        return from;
    }
}
