using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace AutoBuild.Benchmarks;

/// <summary>Measures from the instant a change is made until its event is with 1, 200 and 2,000 readers, beside a bare server that sends as many bytes, and what a reader costs in memory.</summary>
internal static class EventsBench
{
    private const int Events = 40;
    private const int Rounds = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private static readonly byte[] Stamp = "\"updated_at\":\""u8.ToArray();

    public static async Task RunAsync(TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        var repository = await SampleRepository.CreateAsync(directory.Sub("repository"), 20).ConfigureAwait(false);
        await using var server = await ServerUnderTest.StartAsync(directory.Sub("data")).ConfigureAwait(false);
        await using var bare = await BareServer.StartAsync().ConfigureAwait(false);
        var project = (await server.PostAsync("projects", new { name = "events", repo_path = repository }).ConfigureAwait(false))["id"]!.GetValue<string>();
        await output.WriteLineAsync($"""
            {Events} events a round, one each {Pause.TotalMilliseconds:0} ms, {Rounds} rounds, turn about. From the instant that stands in the event, so with the commit and its fsync; the bare server has nothing to keep.

            | readers | p50, ms | p99, ms | bare p50, ms | bare p99, ms | memory a reader, KB |
            |---|---|---|---|---|---|
            """).ConfigureAwait(false);
        foreach (var readers in new[] { 1, 200, 2000 })
        {
            await MeasureAsync(output, server, bare, project, readers).ConfigureAwait(false);
        }
    }

    private static async Task MeasureAsync(TextWriter output, ServerUnderTest server, BareServer bare, string project, int readers)
    {
        List<double> ours = [], others = [], kilobytes = [];
        for (var round = -1; round < Rounds; round++)
        {
            var before = server.ResidentBytes;
            var took = await RoundAsync(server.Address, "/api/v1/events?kind=ticket.changed", server.Token, readers, async () =>
            {
                await server.PostAsync($"projects/{project}/tickets", new { title = "Add a greeting" }).ConfigureAwait(false);
            }, () => kilobytes.Add((server.ResidentBytes - before) / 1e3 / readers)).ConfigureAwait(false);
            var bareTook = await RoundAsync(bare.Address, "/events", null, readers, () =>
            {
                bare.Tell(Frame());
                return Task.CompletedTask;
            }, () => { }).ConfigureAwait(false);
            if (round >= 0)
            {
                ours.AddRange(took);
                others.AddRange(bareTook);
            }
        }

        var (mine, theirs) = (new Figures(ours), new Figures(others));
        // Only the first round grows: later ones find the memory there.
        var memory = readers < 200 ? "" : kilobytes[0].ToString("#,0", CultureInfo.InvariantCulture);
        await output.WriteLineAsync($"| {readers.ToString("#,0", CultureInfo.InvariantCulture)} | {Figures.Text(mine.Median)} | {Figures.Text(mine.P99)} | {Figures.Text(theirs.Median)} | {Figures.Text(theirs.P99)} | {memory} |").ConfigureAwait(false);
    }

    private static byte[] Frame() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"id: 1\nevent: ticket.changed\ndata: {{\"title\":\"{new string('x', 500)}\",\"updated_at\":\"{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffK}\"}}\n\n"));

    private static async Task<List<double>> RoundAsync(Uri server, string path, string? token, int readers, Func<Task> tell, Action opened)
    {
        var sockets = new List<Socket>();
        var took = new List<double>();
        try
        {
            for (var number = 0; number < readers; number++)
            {
                sockets.Add(await OpenAsync(server, path, token).ConfigureAwait(false));
            }

            var reading = sockets.Select(socket => Task.Run(() => ReadAsync(socket))).ToList();
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            for (var number = 0; number < Events; number++)
            {
                await tell().ConfigureAwait(false);
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            }

            opened();
            foreach (var times in await Task.WhenAll(reading).WaitAsync(TimeSpan.FromMinutes(1)).ConfigureAwait(false))
            {
                took.AddRange(times);
            }
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }

        return took;
    }

    private static async Task<Socket> OpenAsync(Uri server, string path, string? token)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Host, server.Port).ConfigureAwait(false);
        var access = token is null ? "" : $"Authorization: Bearer {token}\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\n{access}\r\n")).ConfigureAwait(false);
        return socket;
    }

    private static async Task<List<double>> ReadAsync(Socket socket)
    {
        var took = new List<double>(Events);
        var buffer = new byte[4096];
        var kept = 0;
        while (took.Count < Events)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(kept)).ConfigureAwait(false);
            if (count == 0)
            {
                throw new InvalidOperationException("The stream ended: " + Encoding.UTF8.GetString(buffer, 0, kept));
            }

            var now = TimeProvider.System.GetUtcNow();
            kept += count;
            // An event is there when the blank line after it is.
            while (buffer.AsSpan(0, kept).IndexOf("\n\n"u8) is var end and >= 0)
            {
                if (buffer.AsSpan(0, end).IndexOf(Stamp) is var at and >= 0)
                {
                    var text = buffer.AsSpan(at + Stamp.Length, end - at - Stamp.Length);
                    took.Add((now - DateTimeOffset.Parse(Encoding.UTF8.GetString(text[..text.IndexOf((byte)'"')]), CultureInfo.InvariantCulture)).TotalMilliseconds);
                }

                buffer.AsSpan(end + 2, kept - end - 2).CopyTo(buffer);
                kept -= end + 2;
            }
        }

        return took;
    }
}
