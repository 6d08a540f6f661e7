using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace AutoBuild.Tests.Api;

/// <summary>Holds what the API tells of jobs that really run.</summary>
public sealed class JobRunTests(WorkingServer server) : IClassFixture<WorkingServer>
{
    [Fact]
    public async Task A_run_is_followed_read_and_landed()
    {
        var job = await StartAsync("print looking around\\nwrite a.txt: hello");
        var seen = await FollowAsync(job);
        Assert.Equal("completed", State(seen[^1]));
        var lines = seen.Where(item => item.EventType == "run.event").ToList();
        Assert.Equal(lines.Select(Number).Order(), lines.Select(Number));
        Assert.All(lines, line => Assert.Equal(1, JsonNode.Parse(line.Data)!["attempt"]!.GetValue<int>()));

        await HoldsResumeAsync(job, lines);
        await HoldsLogAsync(job);
        Assert.Contains("+hello", (await server.Calls.GetAsync($"jobs/{job}/diff")).Did(200).Text, StringComparison.Ordinal);
        var shown = (await server.Calls.GetAsync($"jobs/{job}")).Did(200);
        Assert.Equal("completed", shown.Json["attempts"]![0]!["outcome"]!.GetValue<string>());
        Assert.Equal("not_run", shown.Json["qa"]!["verdict"]!.GetValue<string>());
        await HoldsLandingAsync(job, shown.Json["ticket_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_running_job_takes_a_message_and_is_stopped()
    {
        var job = await StartAsync("print waiting\\nwait-for go");
        await using var reader = await SseReader.OpenAsync(server.Calls, $"jobs/{job}/logs");
        while (!(await reader.NextAsync("run.event")).Data.Contains("\"kind\":\"message\"", StringComparison.Ordinal))
        {
        }

        var said = (await server.Calls.PostAsync($"jobs/{job}/messages", """{"message":"Hurry"}""")).Did(200);
        Assert.Null(said.Json["job"]);
        Assert.Contains("stop", (await server.Calls.DeleteAsync($"jobs/{job}?reason=enough")).Did(200).Word("message")!, StringComparison.Ordinal);
        SseItem<string>? last = null;
        while (await reader.NextAsync() is { } item)
        {
            last = item;
        }

        Assert.Equal("cancelled", State(last!.Value));
        Assert.Equal("enough", JsonNode.Parse(last.Value.Data)!["cancel_reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task Jobs_say_with_whom_they_collide()
    {
        var (one, other) = (await StartAsync("write both.txt: one"), await StartAsync("write both.txt: other"));
        await FollowAsync(one);
        await FollowAsync(other);
        (await server.Calls.GetAsync($"radar?project_id={server.Project}")).Did(200);

        var shown = (await server.Calls.GetAsync($"jobs/{one}")).Did(200).Json;
        var branch = (await server.Calls.GetAsync($"jobs/{other}")).Did(200).Word("branch_name");
        var listed = (await server.Calls.GetAsync($"jobs?ticket_id={shown["ticket_id"]}")).Did(200).Json["jobs"]![0]!;
        Assert.StartsWith($$"""[{"with":"{{branch}}","kind":"conflict","files":["both.txt"],"definitions":[],"resolvable":""", shown["collisions"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(shown["collisions"], listed["collisions"]));
    }

    private async Task<Guid> StartAsync(string script)
    {
        var made = await server.Calls.PostAsync($"projects/{server.Project}/tickets", $$"""{"title":"Run","status":"in_progress","agent_script":"{{script}}"}""");
        return made.Did(201).Json["job_id"]!.GetValue<Guid>();
    }

    private async Task<List<SseItem<string>>> FollowAsync(Guid job, string? lastEventId = null)
    {
        await using var reader = await SseReader.OpenAsync(server.Calls, $"jobs/{job}/logs", lastEventId);
        var seen = new List<SseItem<string>>();
        while (await reader.NextAsync() is { } item)
        {
            seen.Add(item);
        }

        return seen;
    }

    private async Task HoldsResumeAsync(Guid job, List<SseItem<string>> lines)
    {
        var half = lines[lines.Count / 2];
        var rest = (await FollowAsync(job, half.EventId)).Where(item => item.EventType == "run.event").Select(Number);
        Assert.Equal(lines.Select(Number).Where(id => id > Number(half)), rest);

        var ndjson = (await server.Calls.GetAsync($"jobs/{job}/logs?follow=false")).Did(200);
        Assert.Equal("application/x-ndjson", ndjson.Type);
        Assert.Equal(lines.Select(line => line.Data), ndjson.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await using var over = await SseReader.OpenAsync(server.Calls, $"jobs/{job}/logs", lines[^1].EventId);
        Assert.Equal(204, over.Status);
    }

    private async Task HoldsLogAsync(Guid job)
    {
        var all = (await server.Calls.GetAsync($"jobs/{job}/log")).Did(200);
        Assert.Contains("looking around", all.Text, StringComparison.Ordinal);
        var total = all.Headers["X-Log-Total"];
        Assert.Equal(all.Text.Length.ToString(CultureInfo.InvariantCulture), total);

        var part = (await server.Calls.GetAsync($"jobs/{job}/log?attempt=1&offset=2&limit=3")).Did(200);
        Assert.Equal((all.Text[2..5], total, "2"), (part.Text, part.Headers["X-Log-Total"], part.Headers["X-Log-Offset"]));
        Assert.EndsWith(all.Text.TrimEnd('\n').Split('\n')[^1], (await server.Calls.GetAsync($"jobs/{job}/log?tail=200")).Did(200).Text.TrimEnd('\n'), StringComparison.Ordinal);
        var hits = (await server.Calls.GetAsync($"jobs/{job}/log/search?q=LOOKING")).Did(200).Json["hits"]!.AsArray();
        Assert.Contains(hits, hit => hit!["text"]!.GetValue<string>().Contains("looking around", StringComparison.Ordinal));
        (await server.Calls.GetAsync($"jobs/{job}/log?attempt=9")).Refused(404, "attempt_not_found");
        (await server.Calls.GetAsync($"jobs/{job}/log?offset=-1")).Refused(400, "validation_failed");
        (await server.Calls.GetAsync($"jobs/{job}/log/search")).Refused(400, "validation_failed");
    }

    private async Task HoldsLandingAsync(Guid job, string ticket)
    {
        await using var events = await SseReader.OpenAsync(server.Calls, "events?kind=landing.changed");
        var landing = (await server.Calls.PostAsync($"jobs/{job}/land")).Did(201);
        Assert.Equal($"/api/v1/landings/{landing.Id}", landing.Headers["Location"]);
        while (JsonNode.Parse((await events.NextAsync("landing.changed")).Data)!["state"]!.GetValue<string>() != "landed")
        {
        }

        Assert.Equal("landed", (await server.Calls.GetAsync($"landings/{landing.Id}")).Did(200).Word("state"));
        Assert.Single((await server.Calls.GetAsync($"landings?job_id={job}&state=landed")).Did(200).Json["landings"]!.AsArray());
        Assert.Equal("completed", (await server.Calls.GetAsync($"tickets/{ticket}")).Word("status"));
        (await server.Calls.PostAsync($"jobs/{job}/land")).Refused(409, "already_landed");
        (await server.Calls.PostAsync($"landings/{landing.Id}/requeue")).Refused(409, "illegal_landing_transition");
        (await server.Calls.PostAsync($"landings/{landing.Id}/eject", """{"reason":"late"}""")).Refused(409, "illegal_landing_transition");

        var synced = (await server.Calls.PostAsync($"projects/{server.Project}/sync", "{}")).Did(200);
        Assert.Equal("updated", synced.Word("outcome"));
        Assert.True(File.Exists(Path.Combine(server.Repository, "a.txt")));
        Assert.Equal(0, (await server.Calls.GetAsync($"projects/{server.Project}/status")).Did(200).Json["behind"]!.GetValue<int>());
    }

    private static long Number(SseItem<string> item) => long.Parse(item.EventId!, CultureInfo.InvariantCulture);

    private static string? State(SseItem<string> item) => JsonNode.Parse(item.Data)!["status"]?.GetValue<string>();
}
