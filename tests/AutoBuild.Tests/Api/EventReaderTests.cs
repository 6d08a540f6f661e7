using System.Globalization;
using System.Text;
using AutoBuild.Api;
using AutoBuild.Core.Events;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sqlite;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoBuild.Tests.Api;

/// <summary>Lets readers come at any id, with any filter, fast and slow ones, while the store is written and pruned: nobody misses or doubles anything.</summary>
public sealed class EventReaderTests : IAsyncLifetime
{
    private const int Rounds = 60;
    private const long Future = 1_000_000;
    private static readonly int[] Prunes = [20, 40];

    private readonly TempFolder _folder = new();
    private readonly FakeClock _clock = new();
    private readonly List<StoreEvent> _all = [];
    private SqliteStore _store = null!;
    private StoreTail _tail = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(_folder.Path, "a.db"), Durable = false }, _clock, Cancel);
        // Small, so that slow readers fall behind it.
        _tail = new StoreTail(_store, _clock, NullLogger<StoreTail>.Instance, new FrameRing(capacity: 16));
        await _tail.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _tail.StopAsync(CancellationToken.None);
        _tail.Dispose();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_reader_gets_exactly_what_the_store_has(int seed)
    {
#pragma warning disable CA5394 // The same seed gives the same run.
        var random = new Random(seed);
        var projects = new[] { await ProjectAsync("a"), await ProjectAsync("b") };
        var readers = new List<Reader>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        for (var round = 0; round < Rounds; round++)
        {
            for (var more = random.Next(1, 6); more > 0; more--)
            {
                await _store.CreateTicketAsync(new NewTicket { ProjectId = projects[random.Next(2)], Title = "x" }, null, Cancel);
            }

            await NoteAsync();
            if (random.Next(4) == 0)
            {
                readers.Add(Open(random, projects, over.Token));
            }

            if (random.Next(3) == 0)
            {
                readers.ForEach(reader => reader.Sink.GoOn());
            }

            if (Prunes.Contains(round))
            {
                _clock.Advance(TimeSpan.FromDays(8));
                await _store.PruneEventsAsync(Cancel);
            }
        }

        Assert.NotEmpty(readers);
        await Task.WhenAll(readers.Select(CheckAsync));
        await over.CancelAsync();
        await Task.WhenAll(readers.Select(reader => reader.Running.ContinueWith(_ => { }, TaskScheduler.Default)));
#pragma warning restore CA5394
    }

    [Fact]
    public async Task Whoever_comes_back_after_a_restart_finds_the_newest_in_the_ring()
    {
        await ProjectAsync("a");
        var seen = await _store.GetLastEventIdAsync(Cancel);
        await ProjectAsync("b");
        using var again = new StoreTail(_store, _clock, NullLogger<StoreTail>.Instance);
        await again.StartAsync(Cancel);
        var changed = again.Ring.Changed;
        again.Begin();
        await changed.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.True(again.Ring.Covers(seen));
        await again.StopAsync(Cancel);
    }

    private async Task<Guid> ProjectAsync(string name) =>
        (await _store.CreateProjectAsync(new NewProject { Name = name, RepoPath = "/srv/" + name }, null, Cancel)).OrThrow().Value.Id;

    private async Task NoteAsync() => _all.AddRange((await _store.ReadEventsAsync(_all.Count == 0 ? 0 : _all[^1].Id, new EventFilter(), 1000, Cancel)).Events);

    private Reader Open(Random random, Guid[] projects, CancellationToken cancel)
    {
#pragma warning disable CA5394
        var filter = new EventFilter(ProjectId: random.Next(2) == 0 ? projects[random.Next(2)] : null, Kind: random.Next(3) == 0 ? EventKinds.Ticket : null);
        // Some are from the future of another store.
        long? after = random.Next(8) switch { 0 => null, 1 => Future, _ => random.Next((int)_all[^1].Id + 1) };
        var sink = new Sink(stallEvery: random.Next(3) switch { 0 => 0, 1 => 3, _ => 1 });
#pragma warning restore CA5394
        var http = new DefaultHttpContext();
        http.Response.Body = sink;
        var running = Task.Run(
            async () =>
            {
                // On a clock that stands still: here a reader may stall for as long as it likes.
                using var sse = new SseWriter(http.Response, new FakeClock(), cancel);
                await sse.StartAsync(TimeSpan.Zero);
                await new EventReader(sse, _store, _tail, filter).RunAsync(after, cancel);
            },
            cancel);
        return new Reader(filter, after, sink, running);
    }

    private async Task CheckAsync(Reader reader)
    {
        reader.Sink.Free();
        var last = _all.Last(happened => Fits(reader.Filter, happened)).Id;
        await reader.Sink.WaitForAsync(last);
        var start = reader.Sink.Mark();
        Assert.Equal(reader.After ?? start, start);
        var got = reader.Sink.Events();
        var resets = got.Count(one => one.Kind == "reset");
        Assert.InRange(resets, reader.After == Future ? 1 : 0, Prunes.Length + (reader.After == Future ? 1 : 0));
        for (var part = 0; part < resets; part++)
        {
            // What came before it must be right too: no gap up to where the store had dropped the rest.
            var before = got.TakeWhile(one => one.Kind != "reset").Select(one => one.Id).ToList();
            Assert.Equal(Expected(reader.Filter, start).Take(before.Count), before);
            start = got[before.Count].Id;
            got = got[(before.Count + 1)..];
        }

        Assert.Equal(Expected(reader.Filter, start), got.Select(one => one.Id));
    }

    private IEnumerable<long> Expected(EventFilter filter, long after) => _all.Where(happened => happened.Id > after && Fits(filter, happened)).Select(happened => happened.Id);

    private static bool Fits(EventFilter filter, StoreEvent happened) => EventFrame.Of(happened).Fits(filter);

    private sealed record Reader(EventFilter Filter, long? After, Sink Sink, Task Running);

    /// <summary>Keeps what a reader was sent, and takes nothing for a while now and then.</summary>
    private sealed class Sink(int stallEvery) : MemoryStream
    {
        private readonly Lock _gate = new();
        private readonly StringBuilder _text = new();
        private readonly List<(string Text, TaskCompletionSource Came)> _waiting = [];
        private TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _writes;
        private bool _free;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Task? stall = null;
            lock (_gate)
            {
                _text.Append(Encoding.UTF8.GetString(buffer.Span));
                _waiting.FindAll(one => Has(one.Text)).ForEach(one => one.Came.TrySetResult());
                stall = !_free && stallEvery > 0 && ++_writes % stallEvery == 0 ? _go.Task : null;
            }

            await (stall?.WaitAsync(cancellationToken) ?? Task.CompletedTask);
        }

        public void GoOn()
        {
            lock (_gate)
            {
                _go.TrySetResult();
                _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public void Free()
        {
            lock (_gate)
            {
                _free = true;
                _go.TrySetResult();
            }
        }

        public Task WaitForAsync(long id)
        {
            lock (_gate)
            {
                var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var text = string.Create(CultureInfo.InvariantCulture, $"id: {id}\nevent: ");
                _waiting.Add((text, came));
                if (Has(text))
                {
                    came.TrySetResult();
                }

                return came.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
            }
        }

        /// <summary>Where the reader was told that it stands.</summary>
        public long Mark()
        {
            lock (_gate)
            {
                return long.Parse(_text.ToString().Split("\n\n")[1]["id: ".Length..], CultureInfo.InvariantCulture);
            }
        }

        public List<(long Id, string Kind)> Events()
        {
            lock (_gate)
            {
                return [.. from frame in _text.ToString().Split("\n\n")
                           let lines = frame.Split('\n')
                           where lines.Length >= 2 && lines[1].StartsWith("event: ", StringComparison.Ordinal)
                           select (long.Parse(lines[0]["id: ".Length..], CultureInfo.InvariantCulture), lines[1]["event: ".Length..])];
            }
        }

        private bool Has(string text) => _text.ToString().Contains(text, StringComparison.Ordinal);
    }
}
