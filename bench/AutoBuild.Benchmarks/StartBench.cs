namespace AutoBuild.Benchmarks;

/// <summary>Measures how long <c>up</c> takes to answer healthy, and what it holds in memory at rest.</summary>
internal static class StartBench
{
    private const int Runs = 7;

    public static async Task RunAsync(TextWriter output)
    {
        var seconds = new List<double>();
        var megabytes = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            using var directory = new TemporaryDirectory();
            await using var server = await ServerUnderTest.StartAsync(directory.Sub("data")).ConfigureAwait(false);
            seconds.Add(server.TimeToHealthy.TotalSeconds);
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            megabytes.Add(server.ResidentBytes / 1e6);
        }

        await output.WriteLineAsync($"""
            | figure ({Runs} runs) | median | worst | aim |
            |---|---|---|---|
            | start of `up` to healthy, s | {Figures.Text(new Figures(seconds).Median)} | {Figures.Text(seconds.Max())} | 1 |
            | resident memory 5 s later, MB | {Figures.Text(new Figures(megabytes).Median)} | {Figures.Text(megabytes.Max())} | 120 |
            """).ConfigureAwait(false);
    }
}
