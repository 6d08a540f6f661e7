using System.Globalization;
using System.Text.Json.Nodes;

namespace AutoBuild.Benchmarks;

/// <summary>Measures from the moment an agent prints a line until a client has it from the server's event stream, with nothing else at work.</summary>
internal static class StreamBench
{
    private const int Lines = 300;

    // The first lines come while the stream is being opened.
    private const int Warmups = 20;

    public static async Task RunAsync(TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        var repository = await SampleRepository.CreateAsync(directory.Sub("repository"), 20).ConfigureAwait(false);
        await using var server = await ServerUnderTest.StartAsync(directory.Sub("data")).ConfigureAwait(false);
        var project = (await server.PostAsync("projects", new { name = "stream", repo_path = repository, agent = "command" }).ConfigureAwait(false))["id"]!.GetValue<string>();
        var submitted = await server.PostAsync("jobs", new
        {
            project_id = project,
            ticket_id = Guid.CreateVersion7(),
            prompt = "Talk",
            agent_command = string.Create(CultureInfo.InvariantCulture, $"for i in $(seq {Lines + Warmups}); do date +%s%N; sleep 0.03; done; echo x > x.txt"),
        }).ConfigureAwait(false);
        var took = await FollowAsync(server, submitted["job"]!["id"]!.GetValue<string>()).ConfigureAwait(false);
        var figures = new Figures(took.Skip(Warmups));
        await output.WriteLineAsync($"""
            | figure ({figures.Count} lines, one each 30 ms) | p50 | p99 |
            |---|---|---|
            | an agent's line to a client of `GET /jobs/ID/logs`, ms | {Figures.Text(figures.Median)} | {Figures.Text(figures.P99)} |
            """).ConfigureAwait(false);
    }

    private static async Task<List<double>> FollowAsync(ServerUnderTest server, string job)
    {
        var took = new List<double>();
        using var reader = new StreamReader(await server.OpenAsync($"jobs/{job}/logs").ConfigureAwait(false));
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal) && JsonNode.Parse(line[5..]) is JsonObject data && data["text"]?.GetValue<string>() is { Length: 19 } text
                && long.TryParse(text, CultureInfo.InvariantCulture, out var printed))
            {
                took.Add((TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds - (printed / 1e6));
            }
        }

        return took;
    }
}
