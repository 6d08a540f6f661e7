using System.Globalization;
using System.Text.Json.Nodes;
using AutoBuild.Core.Store;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Tests.Api;

public sealed class EventStreamTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_new_reader_begins_with_what_is_new()
    {
        await server.MakeTicketAsync("before");
        await using var reader = await SseReader.OpenAsync(server.Calls, "events");
        var made = await server.MakeTicketAsync("after");

        var first = await reader.NextAsync("ticket.changed");
        Assert.Equal(made, JsonNode.Parse(first.Data)!["id"]!.GetValue<Guid>());
    }

    [Fact]
    public async Task A_reader_that_comes_back_misses_nothing()
    {
        await using var before = await SseReader.OpenAsync(server.Calls, "events");
        var first = await server.MakeTicketAsync("first");
        var seen = await before.NextAsync("ticket.changed");
        Assert.Equal(first, JsonNode.Parse(seen.Data)!["id"]!.GetValue<Guid>());
        await before.DisposeAsync();

        var missed = await server.MakeTicketAsync("missed");
        await using var again = await SseReader.OpenAsync(server.Calls, "events", seen.EventId);
        var next = await again.NextAsync("ticket.changed");
        Assert.Equal(missed, JsonNode.Parse(next.Data)!["id"]!.GetValue<Guid>());
        Assert.True(long.Parse(next.EventId!, CultureInfo.InvariantCulture) > long.Parse(seen.EventId!, CultureInfo.InvariantCulture));

        await using var byQuery = await SseReader.OpenAsync(server.Calls, $"events?after={seen.EventId}&kind=ticket.changed");
        Assert.Equal(next.EventId, (await byQuery.NextAsync())!.Value.EventId);
    }

    [Fact]
    public async Task A_reader_from_another_past_is_reset_and_goes_on()
    {
        await using var reader = await SseReader.OpenAsync(server.Calls, "events", "888888888888");
        Assert.Equal("reset", (await reader.NextAsync())!.Value.EventType);
        var made = await server.MakeTicketAsync("after the reset");

        Assert.Equal(made, JsonNode.Parse((await reader.NextAsync("ticket.changed")).Data)!["id"]!.GetValue<Guid>());
    }

    [Fact]
    public async Task A_filtered_reader_sees_its_project_only()
    {
        var project = await server.MakeProjectAsync("filtered");
        await using var reader = await SseReader.OpenAsync(server.Calls, $"events?project_id={project}&kind=ticket.changed");
        await server.MakeTicketAsync("elsewhere");
        var mine = await server.MakeTicketAsync("mine", project);

        Assert.Equal(mine, JsonNode.Parse((await reader.NextAsync())!.Value.Data)!["id"]!.GetValue<Guid>());
    }

    [Fact]
    public async Task A_jobs_stream_shows_its_state_and_ends_with_it()
    {
        var job = await server.MakeJobAsync();
        await using var reader = await SseReader.OpenAsync(server.Calls, $"jobs/{job}/logs");
        Assert.Equal("queued", State(await reader.NextAsync("job.changed")));

        await server.Calls.DeleteAsync($"jobs/{job}");
        Assert.Equal("cancelled", State(await reader.NextAsync("job.changed")));
        Assert.Null(await reader.NextAsync());
    }

    [Fact]
    public async Task A_reader_that_has_seen_all_of_an_ended_job_is_told_to_stay_away()
    {
        var job = await server.MakeJobAsync();
        await server.Calls.DeleteAsync($"jobs/{job}");

        await using var reader = await SseReader.OpenAsync(server.Calls, $"jobs/{job}/logs", "99999999999");
        Assert.Equal(204, reader.Status);
        Assert.Equal("", (await server.Calls.GetAsync($"jobs/{job}/logs?follow=false")).Did(200).Text);
    }

    [Fact]
    public async Task The_store_writes_an_event_for_each_change_a_dashboard_shows()
    {
        var store = server.Server.Services.GetRequiredService<IStore>();
        var from = await store.GetLastEventIdAsync(TestContext.Current.CancellationToken);
        await server.MakeJobAsync();

        var page = await store.ReadEventsAsync(from, new EventFilter(), 100, TestContext.Current.CancellationToken);
        Assert.Contains(page.Events, happened => happened.Kind == "job.changed");
        Assert.Contains(page.Events, happened => happened.Kind == "ticket.changed");
    }

    private static string? State(System.Net.ServerSentEvents.SseItem<string> item) => JsonNode.Parse(item.Data)!["status"]!.GetValue<string>();
}
