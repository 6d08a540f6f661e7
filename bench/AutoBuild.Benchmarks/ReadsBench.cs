using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace AutoBuild.Benchmarks;

/// <summary>Measures the common reads over a database that has been used for long, beside a bare web server that answers as many bytes; then start and memory with it.</summary>
internal static class ReadsBench
{
    private const int Callers = 8;
    private const int Requests = 800;
    private const int Rounds = 5;
    private const int Starts = 5;

    public static async Task RunAsync(TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        var repository = await SampleRepository.CreateAsync(directory.Sub("repository"), 20).ConfigureAwait(false);
        var data = directory.Sub("data");
        var project = await SeededData.CreateAsync(data, repository).ConfigureAwait(false);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"A database of {new FileInfo(Path.Combine(data, "autobuild.db")).Length / 1e6:#,0} MB: 10 projects, 10,000 tickets, 100,000 finished jobs, 100,000 events.\n")).ConfigureAwait(false);
        await StartsAsync(output, data).ConfigureAwait(false);
        await ReadsAsync(output, data, project).ConfigureAwait(false);
    }

    private static async Task StartsAsync(TextWriter output, string data)
    {
        List<double> seconds = [], megabytes = [];
        for (var run = 0; run < Starts; run++)
        {
            await using var server = await ServerUnderTest.StartAsync(data).ConfigureAwait(false);
            seconds.Add(server.TimeToHealthy.TotalSeconds);
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            megabytes.Add(server.ResidentBytes / 1e6);
        }

        await output.WriteLineAsync($"""
            | figure ({Starts} runs) | median | worst | aim |
            |---|---|---|---|
            | start of `up` to healthy, s | {Figures.Text(new Figures(seconds).Median)} | {Figures.Text(seconds.Max())} | 1 |
            | resident memory 5 s later, MB | {Figures.Text(new Figures(megabytes).Median)} | {Figures.Text(megabytes.Max())} | 120 |

            """).ConfigureAwait(false);
    }

    private static async Task ReadsAsync(TextWriter output, string data, Guid project)
    {
        string[] paths =
        [
            "health", "queue", "jobs", "jobs?status=failed", $"jobs?project_id={project}", $"jobs/{SeededData.Job}", $"projects/{project}/tickets", $"tickets/{SeededData.Ticket}",
            "landings", "usage", "worktrees", "projects",
        ];
        await using var server = await ServerUnderTest.StartAsync(data).ConfigureAwait(false);
        await using var bare = await BareServer.StartAsync().ConfigureAwait(false);
        using var ours = Client(new Uri(server.Address, "api/v1/"), server.Token);
        using var others = Client(bare.Address, null);
        await output.WriteLineAsync($"""
            {Callers} callers at once, {Requests} requests a round, medians of {Rounds} rounds, turn about; the bare server answers with as many bytes.

            | read | bytes | requests per second | bare | share | p50, ms | p99, ms | bare p99, ms |
            |---|---|---|---|---|---|---|---|
            """).ConfigureAwait(false);
        foreach (var path in paths)
        {
            var size = (await ours.GetByteArrayAsync(new Uri(path, UriKind.Relative)).ConfigureAwait(false)).Length;
            List<Figures> one = [], other = [];
            List<double> rate = [], bareRate = [];
            for (var round = -1; round < Rounds; round++)
            {
                var (a, fast) = await RoundAsync(ours, path).ConfigureAwait(false);
                var (b, faster) = await RoundAsync(others, string.Create(CultureInfo.InvariantCulture, $"bytes/{size}")).ConfigureAwait(false);
                if (round >= 0)
                {
                    one.Add(a);
                    other.Add(b);
                    rate.Add(fast);
                    bareRate.Add(faster);
                }
            }

            var (mine, theirs) = (new Figures(rate).Median, new Figures(bareRate).Median);
            await output.WriteLineAsync($"| `GET /{Shown(path, project)}` | {size.ToString("#,0", CultureInfo.InvariantCulture)} | {Figures.Text(mine)} | {Figures.Text(theirs)} | {Figures.Text(mine / theirs)} | {Ms(one, all => all.Median)} | {Ms(one, all => all.P99)} | {Ms(other, all => all.P99)} |").ConfigureAwait(false);
        }
    }

    private static string Shown(string path, Guid project) =>
        path.Replace(project.ToString(), "ID", StringComparison.Ordinal).Replace(SeededData.Job, "ID", StringComparison.Ordinal).Replace(SeededData.Ticket, "ID", StringComparison.Ordinal);

    private static string Ms(List<Figures> rounds, Func<Figures, double> value) => Figures.Text(new Figures(rounds.Select(value)).Median);

    private static async Task<(Figures Milliseconds, double PerSecond)> RoundAsync(HttpClient client, string path)
    {
        var took = new double[Requests];
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var index = Interlocked.Increment(ref next); index < Requests; index = Interlocked.Increment(ref next))
            {
                var began = Stopwatch.GetTimestamp();
                await client.GetByteArrayAsync(new Uri(path, UriKind.Relative)).ConfigureAwait(false);
                took[index] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        }))).ConfigureAwait(false);
        return (new Figures(took), Requests / clock.Elapsed.TotalSeconds);
    }

    // Each connection comes from an address of its own, since an address may make a thousand requests a second.
    private static HttpClient Client(Uri address, string? token)
    {
        var last = 0;
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancel) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(new IPAddress(new byte[] { 127, 0, 1, (byte)(1 + (Interlocked.Increment(ref last) % 250)) }), 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancel).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var client = new HttpClient(handler) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
