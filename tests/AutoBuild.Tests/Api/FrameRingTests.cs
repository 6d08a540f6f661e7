using System.Text;
using AutoBuild.Api;
using AutoBuild.Core.Events;
using AutoBuild.Core.Store;

namespace AutoBuild.Tests.Api;

public sealed class FrameRingTests
{
    private static readonly EventFilter All = new();

    [Fact]
    public void A_reader_gets_what_is_newer_in_order_and_once()
    {
        var ring = Filled(capacity: 10, from: 5, to: 9);
        Assert.Equal([6, 7, 8, 9], Read(ring, 5));
        Assert.Equal([9], Read(ring, 8));
        Assert.Equal([], Read(ring, 9));
        Assert.Equal([], Read(ring, 20));
    }

    [Fact]
    public void Whoever_stands_before_the_oldest_is_told()
    {
        var ring = Filled(capacity: 3, from: 0, to: 10);
        Assert.Equal(7, ring.Floor);
        Assert.Null(Read(ring, 6));
        Assert.Equal([8, 9, 10], Read(ring, 7));
        Assert.False(ring.Covers(6));
        Assert.False(ring.Covers(11));
        ring.Begin(20);
        Assert.Null(Read(ring, 10));
    }

    [Fact]
    public void It_holds_no_more_bytes_than_it_may_but_any_one_event()
    {
        var ring = new FrameRing(capacity: 100, bytes: 250);
        ring.Begin(0);
        for (var id = 1; id <= 5; id++)
        {
            ring.Add(Frame(id, length: 100));
        }

        Assert.Equal(3, ring.Floor);
        ring.Add(Frame(6, length: 1000));
        Assert.Equal([6], Read(ring, 5));
        Assert.Equal(5, ring.Floor);
    }

    [Fact]
    public void Nobody_is_covered_before_it_begins() => Assert.Null(Read(new FrameRing(), long.MaxValue - 1));

    [Fact]
    public void A_filter_moves_the_reader_over_what_does_not_fit()
    {
        var (project, job) = (Guid.NewGuid(), Guid.NewGuid());
        var ring = new FrameRing();
        ring.Begin(0);
        ring.Add(Frame(1) with { ProjectId = project });
        ring.Add(Frame(2) with { ProjectId = project, JobId = job, Kind = EventKinds.Ticket });
        ring.Add(Frame(3));

        Assert.Equal([1, 2], Read(ring, 0, new EventFilter(ProjectId: project)));
        Assert.Equal([2], Read(ring, 0, new EventFilter(JobId: job)));
        Assert.Equal([2], Read(ring, 0, new EventFilter(Kind: EventKinds.Ticket)));
        var seen = 0L;
        Assert.True(ring.TryNext(ref seen, new EventFilter(Kind: EventKinds.Landing), out var none));
        Assert.Equal((3, null), (seen, none));
    }

    [Fact]
    public async Task A_pulse_wakes_whoever_took_the_signal_before_looking()
    {
        var ring = new FrameRing();
        var (before, cancel) = (ring.Changed, TestContext.Current.CancellationToken);
        ring.Pulse();
        await before.WaitAsync(TimeSpan.FromSeconds(60), cancel);
        Assert.False(ring.Changed.IsCompleted);
    }

    [Fact]
    public void The_more_readers_the_longer_events_are_gathered()
    {
        var ring = new FrameRing();
        Assert.Equal(TimeSpan.Zero, ring.Spacing);
        for (var reader = 0; reader < 2000; reader++)
        {
            ring.Enter();
        }

        Assert.InRange(ring.Spacing, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(250));
    }

    private static FrameRing Filled(int capacity, int from, int to)
    {
        var ring = new FrameRing(capacity);
        ring.Begin(from);
        for (var id = from + 1; id <= to; id++)
        {
            ring.Add(Frame(id));
        }

        return ring;
    }

    private static EventFrame Frame(long id, int length = 10) => new(id, EventKinds.Job, null, null, Encoding.UTF8.GetBytes(new string('x', length)));

    /// <summary>Returns the ids a reader gets; null where it stands before the floor.</summary>
    private static List<long>? Read(FrameRing ring, long seen, EventFilter? filter = null)
    {
        var ids = new List<long>();
        while (ring.TryNext(ref seen, filter ?? All, out var frame))
        {
            if (frame is null)
            {
                return ids;
            }

            ids.Add(frame.Id);
        }

        return null;
    }
}
