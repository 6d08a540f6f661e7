using System.Diagnostics;
using System.Globalization;
using System.Text;
using AutoBuild.Memory.Index;
using AutoBuild.Memory.Segments;

namespace AutoBuild.Benchmarks;

/// <summary>Measures the memory's segments at 100,000 and a million chunks: building, opening, reading, and what they take, beside SQLite's FTS5 at the smaller size.</summary>
internal static class IndexBench
{
    private const int Queries = 200;
    private const int FlushAt = 64_000_000;
    private static readonly Guid Project = Guid.NewGuid();

    public static async Task RunAsync(TextWriter output)
    {
        foreach (var chunks in (int[])[100_000, 1_000_000])
        {
            using var directory = new TemporaryDirectory();
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"| figure ({chunks:#,0} chunks) | value | aim |\n|---|---|---|")).ConfigureAwait(false);
            await BuildAsync(directory.Path, chunks, output).ConfigureAwait(false);
            await ReadAsync(directory.Path, chunks, output).ConfigureAwait(false);
            await output.WriteLineAsync().ConfigureAwait(false);
        }
    }

    private static async Task BuildAsync(string folder, int chunks, TextWriter output)
    {
        using var catalogue = Catalogue.Open(folder);
        var texts = new SyntheticTexts();
        var terms = new TermTable();
        var builder = new SegmentBuilder(terms);
        var building = TimeSpan.Zero;
        long source = 0;
        for (var number = 0; number < chunks / SyntheticTexts.ChunksPerText; number++)
        {
            var text = texts.Next();
            var started = Environment.CpuUsage.TotalTime;
            builder.Add(SyntheticTexts.Key(number), text);
            source += text.Text.Length;
            if (builder.SourceLength >= FlushAt)
            {
                await catalogue.AddAsync(builder, CancellationToken.None).ConfigureAwait(false);
                builder = new SegmentBuilder(terms);
            }

            building += Environment.CpuUsage.TotalTime - started;
        }

        var last = Environment.CpuUsage.TotalTime;
        await catalogue.AddAsync(builder, CancellationToken.None).ConfigureAwait(false);
        building += Environment.CpuUsage.TotalTime - last;
        await RowAsync(output, "building, terms included, MB a second of processor time", source / building.TotalSeconds / 1e6, "30").ConfigureAwait(false);
        await ViewAsync(catalogue, chunks / SyntheticTexts.ChunksPerText, output).ConfigureAwait(false);
        var merging = Stopwatch.StartNew();
        await catalogue.MergeAsync(CancellationToken.None).ConfigureAwait(false);
        await RowAsync(output, "merging afterwards, in the background, s", merging.Elapsed.TotalSeconds, "").ConfigureAwait(false);
        using var snapshot = catalogue.Snapshot();
        await RowAsync(output, "files on disk / source", snapshot.Segments.Sum(segment => segment.Length) / (double)source, "").ConfigureAwait(false);
        await RowAsync(output, "bytes a posting", snapshot.Segments.Sum(segment => segment.WordBytes) / (double)snapshot.Segments.Sum(Postings), "2.5").ConfigureAwait(false);
    }

    private static async Task ViewAsync(Catalogue catalogue, int files, TextWriter output)
    {
        var view = View.Of(Project, "main", Enumerable.Range(0, files).Select(number => new ViewFile(string.Create(CultureInfo.InvariantCulture, $"src/part{number % 97}/folder{number % 1009}/File{number}.cs"), SyntheticTexts.Key(number))));
        catalogue.Views.Save(view);
        using var snapshot = catalogue.Snapshot();
        var clock = Stopwatch.StartNew();
        catalogue.Views.Save(view);
        await RowAsync(output, "saving a view of all files, ms", clock.Elapsed.TotalMilliseconds, "").ConfigureAwait(false);
        clock.Restart();
        view.In(snapshot);
        await RowAsync(output, "finding its files in the segments, ms", clock.Elapsed.TotalMilliseconds, "").ConfigureAwait(false);
    }

    private static async Task ReadAsync(string folder, int chunks, TextWriter output)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var (before, _) = Resident();
        var clock = Stopwatch.StartNew();
        using var catalogue = Catalogue.Open(folder);
        await RowAsync(output, "opening, ms", clock.Elapsed.TotalMilliseconds, "").ConfigureAwait(false);
        using var snapshot = catalogue.Snapshot();
        var queries = new SyntheticTexts();
        var asked = Enumerable.Range(0, Queries).Select(_ => queries.Query().Select(Encoding.UTF8.GetBytes).ToArray()).ToList();
        var scan = new Scan(snapshot);
        scan.Run(asked[0]);
        var times = new Figures(asked.Select(query => Time(() => scan.Run(query))).ToList());
        await RowAsync(output, "a scan of 15 terms with BM25 and the ten best, p50, ms", times.Median, chunks > 100_000 ? "40" : "8").ConfigureAwait(false);
        await RowAsync(output, "the same, p95, ms", times.At(.95), chunks > 100_000 ? "90" : "20").ConfigureAwait(false);
        await RowAsync(output, "decoding all, million postings a second of processor time", Decode(snapshot), "300").ConfigureAwait(false);
        await RowAsync(output, "finding a term, µs", Lookup(snapshot, asked), "1").ConfigureAwait(false);
        clock.Restart();
        var first = snapshot.Segments[0];
        for (var document = 0; document < 1000; document++)
        {
            first.Outline(document);
        }

        await RowAsync(output, "unpacking a document of 8 chunks, µs", clock.Elapsed.TotalMicroseconds / 1000, "").ConfigureAwait(false);
        var (after, mapped) = Resident();
        await RowAsync(output, "memory of its own, MB", (after - before) / 1e6, "").ConfigureAwait(false);
        await RowAsync(output, "mapped and resident, the whole process's, MB", mapped / 1e6, chunks > 100_000 ? "1,200 in all" : "").ConfigureAwait(false);
        if (chunks <= 100_000)
        {
            await FullTextRival.RunAsync(folder, chunks, asked.ConvertAll(query => query.Select(Encoding.UTF8.GetString).ToList()), output).ConfigureAwait(false);
        }
    }

    private static double Decode(IndexSnapshot snapshot)
    {
        Span<int> ids = stackalloc int[Memory.Segments.Postings.Block];
        Span<int> counts = stackalloc int[Memory.Segments.Postings.Block];
        var read = 0L;
        var started = Environment.CpuUsage.TotalTime;
        foreach (var segment in snapshot.Segments)
        {
            for (var words = segment.Words.StartingWith(default); words.MoveNext();)
            {
                var postings = words.Postings;
                for (int block; (block = postings.Read(ids, counts)) > 0;)
                {
                    read += block;
                }
            }
        }

        return read / (Environment.CpuUsage.TotalTime - started).TotalMicroseconds;
    }

    private static double Lookup(IndexSnapshot snapshot, List<byte[][]> asked)
    {
        var clock = Stopwatch.StartNew();
        var found = asked.Sum(query => query.Sum(term => snapshot.Segments.Sum(segment => segment.Words.Find(term).Count > 0 ? 1 : 1)));
        return clock.Elapsed.TotalMicroseconds / found;
    }

    private static long Postings(Segment segment)
    {
        var count = 0L;
        for (var words = segment.Words.StartingWith(default); words.MoveNext();)
        {
            count += words.Count;
        }

        return count;
    }

    private static (long Own, long Mapped) Resident()
    {
        long Of(string name) => File.ReadLines("/proc/self/status").Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024).FirstOrDefault();
        return (Of("RssAnon:"), Of("RssFile:"));
    }

    internal static double Time(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    internal static Task RowAsync(TextWriter output, string figure, double value, string aim) => output.WriteLineAsync($"| {figure} | {Figures.Text(value)} | {aim} |");

    /// <summary>Scores chunks by BM25, as plainly as it can be done.</summary>
    private sealed class Scan(IndexSnapshot snapshot)
    {
        private readonly float[][] _scores = [.. snapshot.Segments.Select(segment => new float[segment.ChunkCount])];

        public float Run(byte[][] terms)
        {
            var all = snapshot.Segments.Sum(segment => segment.ChunkCount);
            var best = new PriorityQueue<int, float>();
            for (var i = 0; i < snapshot.Segments.Count; i++)
            {
                Array.Clear(_scores[i]);
                foreach (var term in terms)
                {
                    Add(snapshot.Segments[i], _scores[i], term, all);
                }

                for (var chunk = 0; chunk < _scores[i].Length; chunk++)
                {
                    if (best.Count < 10 || (best.TryPeek(out _, out var least) && _scores[i][chunk] > least))
                    {
                        best.Enqueue(chunk, _scores[i][chunk]);
                        if (best.Count > 10)
                        {
                            best.Dequeue();
                        }
                    }
                }
            }

            return best.Count;
        }

        private static void Add(Segment segment, float[] scores, byte[] term, int all)
        {
            Span<int> ids = stackalloc int[Memory.Segments.Postings.Block];
            Span<int> counts = stackalloc int[Memory.Segments.Postings.Block];
            var postings = segment.Words.Find(term);
            var weight = MathF.Log(1 + all / (1f + postings.Count));
            var lengths = segment.ChunkLengths;
            for (int read; (read = postings.Read(ids, counts)) > 0;)
            {
                for (var i = 0; i < read; i++)
                {
                    var count = (float)counts[i];
                    scores[ids[i]] += weight * count / (count + 1.2f * (.6f + .4f * lengths[ids[i]] / 150f));
                }
            }
        }
    }
}
