using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using AutoBuild.Api;
using AutoBuild.Core.Events;
using AutoBuild.Core.Store;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Tests.Api;

/// <summary>Opens many event streams at once, on a server where a test plays the worker.</summary>
public sealed class StreamCrowdTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Three_hundred_readers_of_twenty_jobs_miss_nothing() => CrowdAsync(readers: 300, jobs: 20);

    [Fact(Explicit = true)]
    public Task Two_thousand_readers_of_a_hundred_jobs_miss_nothing() => CrowdAsync(readers: 2000, jobs: 100);

    [Fact]
    public async Task A_reader_that_takes_nothing_is_cut_off_and_comes_back_without_loss()
    {
        var clock = new FakeClock();
        await using var server = await StreamServer.StartAsync(clock);
        var (project, seats) = (await server.MakeProjectAsync("p"), server.Services.GetRequiredService<StreamSeats>());
        using var deaf = await RawReader.OpenAsync(server, "events?after=0", receiveBuffer: 4096);
        await deaf.UntilAsync("event: ");
        var description = new string('x', 500_000);
        for (var number = 0; number < 30; number++)
        {
            (await server.Store.CreateTicketAsync(new NewTicket { ProjectId = project, Title = "t", Description = description }, null, Cancel)).OrThrow();
        }

        // Told to the clock again and again, since nobody sees when the writer began to wait.
        for (var times = 0; seats.Open > 0; times++)
        {
            Assert.True(times < 300, "Nobody cut it off.");
            clock.Advance(SseWriter.Patience / 2);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }

        await deaf.ToEndAsync();
        var got = deaf.Ids;
        await using var again = await SseReader.OpenAsync(server.Calls, "events", got[^1].ToString(CultureInfo.InvariantCulture));
        var all = (await server.Store.ReadEventsAsync(0, new EventFilter(), 1000, Cancel)).Events.Select(happened => happened.Id).ToList();
        Assert.True(got.Count < all.Count, "It was not slow.");
        while (got.Count < all.Count)
        {
            got.Add(long.Parse((await again.NextAsync())!.Value.EventId!, CultureInfo.InvariantCulture));
        }

        Assert.Equal(all, got);
    }

    [Fact]
    public async Task A_stop_ends_all_streams_with_a_word()
    {
        await using var server = await StreamServer.StartAsync();
        var job = await server.MakeJobAsync(await server.MakeProjectAsync("p"));
        var readers = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => RawReader.OpenAsync(server, number % 2 == 0 ? "events" : $"jobs/{job}/logs")));
        await Task.WhenAll(readers.Select(reader => reader.UntilAsync("connected")));

        var clock = Stopwatch.StartNew();
        var stopping = server.StopAsync();
        await Task.WhenAll(readers.Select(reader => reader.ToEndAsync()));
        Assert.All(readers, reader => Assert.Contains(": the server stops\n\n", reader.Text, StringComparison.Ordinal));
        await stopping;
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), clock.Elapsed.ToString());
        Array.ForEach(readers, reader => reader.Dispose());
    }

    /// <summary>A client whose machine was switched off sends no FIN; what answers to the next bytes is another machine, with a reset.</summary>
    [Fact]
    public async Task A_reader_that_vanished_without_a_goodbye_is_found_by_the_beat()
    {
        var clock = new FakeClock();
        await using var server = await StreamServer.StartAsync(clock);
        var seats = server.Services.GetRequiredService<StreamSeats>();
        var ghost = await RawReader.OpenAsync(server, "events");
        await ghost.UntilAsync("\nid: ");
        // The system says that it has got something a little later than it has; were that missing, the server would hear of it at once.
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Cancel);
        Assert.SkipUnless(ghost.TryVanish(), "To vanish without a FIN takes the right to repair connections (root on Linux).");

        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
        Assert.Equal(1, seats.Open);
        for (var beats = 0; seats.Open > 0; beats++)
        {
            Assert.True(beats < 3000, "Nobody noticed.");
            clock.Advance(SseWriter.Beat);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }

    [Fact]
    public async Task Many_readers_of_one_job_share_its_tail()
    {
        await using var server = await StreamServer.StartAsync();
        var tails = server.Services.GetRequiredService<JobTails>();
        var job = await server.MakeJobAsync(await server.MakeProjectAsync("p"));
        var readers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => RawReader.OpenAsync(server, $"jobs/{job}/logs")));
        await Task.WhenAll(readers.Select(reader => reader.UntilAsync("event: job.changed")));
        Assert.Equal(1, tails.Open);

        await server.Calls.DeleteAsync($"jobs/{job}");
        await Task.WhenAll(readers.Select(reader => reader.ToEndAsync()));
        Assert.All(readers, reader => Assert.Contains("\"status\":\"cancelled\"", reader.Text, StringComparison.Ordinal));
        Array.ForEach(readers, reader => reader.Dispose());
        while (tails.Open > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }
    }

    /// <summary>Some read all, some a project, some leave in the middle, and whoever is cut off comes back.</summary>
    private static async Task CrowdAsync(int readers, int jobs)
    {
        await using var server = await StreamServer.StartAsync();
        var projects = new[] { await server.MakeProjectAsync("a"), await server.MakeProjectAsync("b") };
        var from = await server.Store.GetLastEventIdAsync(Cancel);
        var before = Environment.WorkingSet;
        var crowd = await Task.WhenAll(Enumerable.Range(0, readers).Select(number =>
            RawReader.OpenAsync(server, number % 4 == 3 ? $"events?after={from}&project_id={projects[number % 8 / 4]}" : $"events?after={from}")));
        Assert.Equal(readers, server.Services.GetRequiredService<StreamSeats>().Open);

        var last = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = crowd.Select((reader, number) => Task.Run(() => reader.FollowAsync(server, last.Task, leaves: number % 5 == 0), Cancel)).ToList();
        await Task.WhenAll(Enumerable.Range(0, jobs).Select(job => Task.Run(() => server.RunJobAsync(projects[job % 2], tells: 5), Cancel)));
        foreach (var project in projects)
        {
            // Every reader gets one of these, and knows by it that it has all.
            await server.RunJobAsync(project, tells: 0);
        }

        var all = await AllAsync(server, from);
        last.SetResult(all.Last(happened => happened.ProjectId == projects[0]).Id);
        await Task.WhenAll(reading).WaitAsync(Patience, Cancel);
        TestContext.Current.TestOutputHelper?.WriteLine($"{readers} readers, {all.Count} events, {(Environment.WorkingSet - before) / 1e6:0} MB more for server and readers together");
        for (var number = 0; number < readers; number++)
        {
            var mine = all.Where(happened => number % 4 != 3 || happened.ProjectId == projects[number % 8 / 4]).Select(happened => happened.Id).ToList();
            Assert.Equal(mine.Take(crowd[number].Ids.Count), crowd[number].Ids);
            Assert.True(crowd[number].Ids[^1] >= last.Task.Result, $"reader {number} lacks the end");
            crowd[number].Dispose();
        }
    }

    private static async Task<List<StoreEvent>> AllAsync(StreamServer server, long from)
    {
        var all = new List<StoreEvent>();
        EventPage page;
        do
        {
            page = await server.Store.ReadEventsAsync(from, new EventFilter(), 500, Cancel);
            all.AddRange(page.Events);
            from = page.Reached;
        }
        while (page.Events.Count > 0);
        return all;
    }

    /// <summary>Reads a stream off a socket; costs little, so that thousands fit into a test.</summary>
    private sealed class RawReader : IDisposable
    {
        private const int TcpRepair = 19;
        private const int Remembered = 4000;
        private readonly string _path;
        private readonly byte[] _buffer = new byte[4096];
        private string _rest = "";
        private Socket _socket;

        private RawReader(Socket socket, string path) => (_socket, _path) = (socket, path);

        /// <summary>The end of what came.</summary>
        public string Text { get; private set; } = "";

        /// <summary>Ids of whole events, in the order in which they came.</summary>
        public List<long> Ids { get; } = [];

        public static async Task<RawReader> OpenAsync(StreamServer server, string path, int receiveBuffer = 0)
        {
            var reader = new RawReader(await ConnectAsync(server, path, "", receiveBuffer), path);
            await reader.UntilAsync("\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200", reader.Text, StringComparison.Ordinal);
            return reader;
        }

        /// <summary>Reads on until it has come.</summary>
        public async Task UntilAsync(string text)
        {
            while (!Text.Contains(text, StringComparison.Ordinal))
            {
                Assert.True(await ReadAsync(), $"Ended without {text}: {Text}");
            }
        }

        public async Task ToEndAsync()
        {
            while (await ReadAsync())
            {
            }
        }

        /// <summary>Reads until it has the last event; where it is cut off, or leaves once, it comes back.</summary>
        public async Task FollowAsync(StreamServer server, Task<long> last, bool leaves)
        {
            while (!last.IsCompleted || Ids.Count == 0 || Ids[^1] < await last)
            {
                // Silence ends with the next beat at the latest; by then the last event is known.
                if ((leaves && Ids.Count > 3) || !await ReadAsync())
                {
                    leaves = false;
                    _rest = "";
                    _socket.Dispose();
                    _socket = await ConnectAsync(server, _path, Ids.Count > 0 ? $"Last-Event-ID: {Ids[^1]}\r\n" : "", 0);
                }
            }
        }

        /// <summary>Goes without a FIN, as a machine that is switched off.</summary>
        public bool TryVanish()
        {
            try
            {
                _socket.SetRawSocketOption((int)ProtocolType.Tcp, TcpRepair, BitConverter.GetBytes(1));
            }
            catch (Exception fault) when (fault is SocketException or PlatformNotSupportedException)
            {
                return false;
            }

            _socket.Dispose();
            return true;
        }

        public void Dispose() => _socket.Dispose();

        private static async Task<Socket> ConnectAsync(StreamServer server, string path, string header, int receiveBuffer)
        {
            var address = server.Calls.Http.BaseAddress!;
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            if (receiveBuffer > 0)
            {
                socket.ReceiveBufferSize = receiveBuffer;
            }

            await socket.ConnectAsync(address.Host, address.Port, Cancel);
            // By the older protocol nothing stands between the events.
            var request = $"GET /api/v1/{path} HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: {server.Calls.Http.DefaultRequestHeaders.Authorization}\r\n{header}\r\n";
            await socket.SendAsync(Encoding.ASCII.GetBytes(request), Cancel);
            return socket;
        }

        private async Task<bool> ReadAsync()
        {
            try
            {
                var count = await _socket.ReceiveAsync(_buffer, Cancel).AsTask().WaitAsync(Patience, Cancel);
                Take(Encoding.UTF8.GetString(_buffer, 0, count));
                return count > 0;
            }
            catch (SocketException)
            {
                // Cut off; what came until then counts.
                return false;
            }
        }

        private void Take(string more)
        {
            Text = (Text + more)[^Math.Min(Remembered, Text.Length + more.Length)..];
            var frames = (_rest + more).Split("\n\n");
            _rest = frames[^1];
            foreach (var frame in frames[..^1])
            {
                var lines = frame.Split('\n');
                if (Array.FindIndex(lines, line => line.StartsWith("event: ", StringComparison.Ordinal)) is var at and > 0 && lines[at - 1].StartsWith("id: ", StringComparison.Ordinal))
                {
                    Ids.Add(long.Parse(lines[at - 1].AsSpan(4), CultureInfo.InvariantCulture));
                }
            }
        }
    }
}
