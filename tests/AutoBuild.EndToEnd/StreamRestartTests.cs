using System.Globalization;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace AutoBuild.EndToEnd;

/// <summary>Kills a real server under its readers, who come back to the next one as a browser does.</summary>
public sealed class StreamRestartTests
{
    private const int Tickets = 60;
    private const int Kills = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_misses_nothing_and_gets_nothing_twice_over_kills()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        await using var server = new KilledServer(binary, "");
        var project = (string)(await server.PostAsync("projects", new { name = "followed", repo_path = repository }))["id"]!;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var readers = Enumerable.Range(0, 5).Select(_ => Task.Run(() => FollowAsync(binary, project, over.Token), Cancel)).ToList();

        var made = new List<string>();
        for (var number = 0; number < Tickets; number++)
        {
            if (number % (Tickets / (Kills + 1)) == 7)
            {
                // The write is under way while the server dies; it is sent again until it is answered.
                var writing = server.PostAsync($"projects/{project}/tickets", new { title = $"ticket {number}" });
                await server.KillAsync();
                made.Add((string)(await writing)["id"]!);
            }
            else
            {
                made.Add((string)(await server.PostAsync($"projects/{project}/tickets", new { title = $"ticket {number}" }))["id"]!);
            }
        }

        foreach (var (events, returns) in await Task.WhenAll(readers))
        {
            Assert.Equal(made, events.Select(happened => happened.Ticket));
            Assert.Equal(events.Select(happened => happened.Id).Order().Distinct(), events.Select(happened => happened.Id));
            Assert.True(returns >= 1, "It was never cut off.");
        }
    }

    /// <summary>Follows until it has the last ticket.</summary>
    private static async Task<(List<(long Id, string Ticket)> Events, int Returns)> FollowAsync(Binary binary, string project, CancellationToken cancel)
    {
        var (events, returns) = (new List<(long Id, string Ticket)>(), -1);
        using var http = new HttpClient();
        while (events.Count == 0 || !events[^1].Ticket.EndsWith($"ticket {Tickets - 1}", StringComparison.Ordinal))
        {
            try
            {
                var endpoints = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(binary.Data, "endpoints.json"), cancel))!;
                using var request = new HttpRequestMessage(HttpMethod.Get, $"{((string)endpoints["orchestrator"]!).TrimEnd('/')}/api/v1/events?after=0&kind=ticket.changed&project_id={project}");
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync((string)endpoints["token_file"]!, cancel)).Trim());
                if (events.Count > 0)
                {
                    request.Headers.Add("Last-Event-ID", events[^1].Id.ToString(CultureInfo.InvariantCulture));
                }

                using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
                answer.EnsureSuccessStatusCode();
                returns++;
                await using var body = await answer.Content.ReadAsStreamAsync(cancel);
                await foreach (var item in SseParser.Create(body).EnumerateAsync(cancel))
                {
                    Assert.Equal("ticket.changed", item.EventType);
                    var ticket = JsonNode.Parse(item.Data)!;
                    events.Add((long.Parse(item.EventId!, CultureInfo.InvariantCulture), $"{ticket["id"]} {ticket["title"]}"));
                    if (((string)ticket["title"]!) == $"ticket {Tickets - 1}")
                    {
                        break;
                    }
                }
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException)
            {
                // The server is dead, or starting: a browser comes back too.
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancel);
            }
        }

        return (events.Select(happened => (happened.Id, happened.Ticket.Split(' ')[0])).ToList(), returns);
    }
}
