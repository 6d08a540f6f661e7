using AutoBuild.Core;
using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Segments;

public sealed partial class Catalogue
{
    private readonly SemaphoreSlim _merging = new(1, 1);
    private int _holders;
    private long _holds;

    /// <summary>Where a test comes between a merge and its exchange.</summary>
    internal Action BeforeExchange { get; set; } = () => { };

    /// <summary>Keeps every document until it is given back: whoever makes a view holds from before it asks what is known until the view is saved.</summary>
    public IDisposable Hold()
    {
        lock (_writing)
        {
            _holders++;
            _holds++;
        }

        return new Held(this);
    }

    /// <summary>Merges what is due, one merge after the other, until nothing is. Documents that no view holds are dropped on the way; a segment that is mostly these is written anew.</summary>
    /// <remarks>Made to run in the background: readers go on with what they have, and writers wait for the exchange at the end alone.</remarks>
    /// <exception cref="AutoBuildException">disk_full, memory_unwritable: everything is as it was.</exception>
    public async Task MergeAsync(CancellationToken cancel)
    {
        await _merging.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await Task.Run(() => { while (MergeNext(cancel)) { } }, cancel).ConfigureAwait(false);
        }
        finally
        {
            _merging.Release();
        }
    }

    private bool MergeNext(CancellationToken cancel)
    {
        using var snapshot = Snapshot();
        try
        {
            var (holds, held) = HeldKeys();
            var sources = MergePlan.Next([.. snapshot.Segments.Select(segment => segment.ChunkCount)]).Select(place => snapshot.Segments[place]).ToList();
            if (sources.Count == 0 && held is not null)
            {
                sources.AddRange(snapshot.Segments.Where(segment => IsMostlyUnheld(segment, held)).Take(1));
            }

            return sources.Count > 0 && Merge(sources, held, holds, cancel);
        }
        catch (InvalidDataException) when (snapshot.Version != Version)
        {
            // One of them was damaged and is gone by now.
            return true;
        }
    }

    private bool Merge(List<Segment> sources, HashSet<BlobKey>? held, long holds, CancellationToken cancel)
    {
        var merge = new SegmentMerge(sources, held is null ? null : held.Contains);
        var merged = merge.Documents == 0 ? null : WriteSegment(path => merge.Write(path, cancel));
        return Exchange(sources, merged, holds, merge.Dropped > 0);
    }

    private bool Exchange(List<Segment> sources, SharedSegment? merged, long holds, bool dropped)
    {
        BeforeExchange();
        lock (_writing)
        {
            var replaced = _segments.Where(one => sources.Contains(one.Segment)).ToArray();
            // Somebody who holds by now may have been told that a dropped document is known; and one source may have turned out damaged.
            if (replaced.Length < sources.Count || (dropped && _holds != holds))
            {
                merged?.Drop();
                return replaced.Length < sources.Count;
            }

            Publish(segments => [.. segments.Except(replaced), .. merged is null ? [] : new[] { merged }], merged);
            Array.ForEach(replaced, one => one.Drop());
            return true;
        }
    }

    // Null while somebody makes a view: all is held then.
    private (long Holds, HashSet<BlobKey>? Keys) HeldKeys()
    {
        long holds;
        lock (_writing)
        {
            if (_holders > 0)
            {
                return (_holds, null);
            }

            holds = _holds;
        }

        return (holds, Views.HeldKeys());
    }

    private static bool IsMostlyUnheld(Segment segment, HashSet<BlobKey> held)
    {
        var unheld = Enumerable.Range(0, segment.DocumentCount).Count(document => !held.Contains(segment.Key(document)));
        return unheld * 2 > segment.DocumentCount;
    }

    private sealed class Held(Catalogue catalogue) : IDisposable
    {
        private int _open = 1;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _open, 0) == 1)
            {
                lock (catalogue._writing)
                {
                    catalogue._holders--;
                }
            }
        }
    }
}
