using System.Diagnostics;
using System.Globalization;

namespace AutoBuild.Benchmarks;

/// <summary>Measures 12 scripted tickets submitted at once, from the first POST until all have landed.</summary>
internal static class TicketsBench
{
    private const int Tickets = 12;
    private const int AgentSeconds = 2;

    public static async Task RunAsync(TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        var repository = await SampleRepository.CreateAsync(directory.Sub("repository"), 200).ConfigureAwait(false);
        await using var server = await ServerUnderTest.StartAsync(directory.Sub("data")).ConfigureAwait(false);
        List<double> together = [], apart = [];
        for (var run = 0; run < 3; run++)
        {
            var at = (Together: await OneAsync(server, repository, run, Tickets).ConfigureAwait(false), Apart: await OneAsync(server, repository, run, 1).ConfigureAwait(false));
            if (run > 0)
            {
                together.Add(at.Together);
                apart.Add(at.Apart);
            }
        }

        await output.WriteLineAsync($"""
            | 12 scripted tickets, each {AgentSeconds} s of an agent's time, from POST to landed, s (2 runs after one to warm up, turn about) | median | worst |
            |---|---|---|
            | 12 at a time | {Figures.Text(new Figures(together).Median)} | {Figures.Text(together.Max())} |
            | one at a time | {Figures.Text(new Figures(apart).Median)} | {Figures.Text(apart.Max())} |
            | ratio | {Figures.Text(new Figures(together).Median / new Figures(apart).Median)} | |
            """).ConfigureAwait(false);
    }

    private static async Task<double> OneAsync(ServerUnderTest server, string repository, int run, int cap)
    {
        var project = (await server.PostAsync("projects", new
        {
            name = string.Create(CultureInfo.InvariantCulture, $"bench-{run}-{cap}"),
            repo_path = repository,
            max_parallel_agents = cap,
            landing = "auto",
        }).ConfigureAwait(false))["id"]!.GetValue<string>();
        var tickets = new List<string>();
        for (var number = 0; number < Tickets; number++)
        {
            var ticket = await server.PostAsync($"projects/{project}/tickets", new
            {
                title = string.Create(CultureInfo.InvariantCulture, $"Add file {number} of run {run}"),
                agent = "scripted",
                agent_script = string.Create(CultureInfo.InvariantCulture, $"sleep {AgentSeconds}s\nwrite made-{number}.txt: made\n"),
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
