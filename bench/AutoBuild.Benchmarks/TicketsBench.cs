using System.Diagnostics;
using System.Globalization;

namespace AutoBuild.Benchmarks;

/// <summary>Measures 12 scripted tickets submitted at once, from the first POST until all have landed.</summary>
internal static class TicketsBench
{
    private const int Tickets = 12;

    public static async Task RunAsync(TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        var repository = await SampleRepository.CreateAsync(directory.Sub("repository"), 200).ConfigureAwait(false);
        await using var server = await ServerUnderTest.StartAsync(directory.Sub("data")).ConfigureAwait(false);
        var seconds = new List<double>();
        for (var run = 0; run < 4; run++)
        {
            var took = await OneAsync(server, repository, run).ConfigureAwait(false);
            if (run > 0)
            {
                seconds.Add(took);
            }
        }

        await output.WriteLineAsync($"""
            | figure (3 runs after one to warm up, 12 at a time) | median | worst |
            |---|---|---|
            | 12 scripted tickets from POST to landed, s | {Figures.Text(new Figures(seconds).Median)} | {Figures.Text(seconds.Max())} |
            """).ConfigureAwait(false);
    }

    private static async Task<double> OneAsync(ServerUnderTest server, string repository, int run)
    {
        var project = (await server.PostAsync("projects", new
        {
            name = string.Create(CultureInfo.InvariantCulture, $"bench-{run}"),
            repo_path = repository,
            max_parallel_agents = Tickets,
            landing = "auto",
        }).ConfigureAwait(false))["id"]!.GetValue<string>();
        var tickets = new List<string>();
        for (var number = 0; number < Tickets; number++)
        {
            var ticket = await server.PostAsync($"projects/{project}/tickets", new
            {
                title = string.Create(CultureInfo.InvariantCulture, $"Add file {number} of run {run}"),
                agent = "scripted",
                agent_script = string.Create(CultureInfo.InvariantCulture, $"- write: made-{number}.txt\n  text: made\n"),
            }).ConfigureAwait(false);
            tickets.Add(ticket["id"]!.GetValue<string>());
        }

        var clock = Stopwatch.StartNew();
        await Task.WhenAll(tickets.Select(ticket => server.PostAsync("jobs", new { project_id = project, ticket_id = ticket, prompt = "Add the file" }))).ConfigureAwait(false);
        await WaitUntilLandedAsync(server, tickets).ConfigureAwait(false);
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task WaitUntilLandedAsync(ServerUnderTest server, IReadOnlyList<string> tickets)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        foreach (var ticket in tickets)
        {
            while ((await server.GetAsync($"tickets/{ticket}").ConfigureAwait(false))["status"]!.GetValue<string>() is var status && status != "completed")
            {
                if (status == "failed")
                {
                    throw new InvalidOperationException($"Ticket {ticket} failed: {await server.GetAsync($"tickets/{ticket}").ConfigureAwait(false)}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token).ConfigureAwait(false);
            }
        }
    }
}
