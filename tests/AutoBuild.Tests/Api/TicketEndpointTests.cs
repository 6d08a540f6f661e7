namespace AutoBuild.Tests.Api;

public sealed class TicketEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_ticket_is_made_listed_changed_and_deleted()
    {
        var tickets = $"projects/{server.Project}/tickets";
        var made = (await server.Calls.PostAsync(tickets, """{"title":"Write","description":"it","priority":"high","labels":["a"],"touches":["src/**"]}""")).Did(201);
        Assert.Equal((2, "backlog"), (made.Json["priority"]!.GetValue<int>(), made.Word("status")));

        var listed = (await server.Calls.GetAsync($"{tickets}?status=backlog&limit=500")).Did(200);
        Assert.Contains(listed.Json["tickets"]!.AsArray(), ticket => ticket!["id"]!.GetValue<Guid>() == made.Id);

        var title = new string('x', 501);
        var refused = (await server.Calls.PostAsync(tickets, $$"""{"title":"{{title}}"}""")).Refused(400, "validation_failed");
        Assert.Equal("title: expected at most 500 characters, got 501.", refused.Word("detail"));

        var changed = (await server.Calls.PatchAsync($"tickets/{made.Id}", """{"title":"Rewrite","priority":0,"position":7.5}""")).Did(200);
        Assert.Equal(("Rewrite", "it", 0), (changed.Word("title"), changed.Word("description"), changed.Json["priority"]!.GetValue<int>()));

        (await server.Calls.DeleteAsync($"tickets/{made.Id}")).Did(200);
        (await server.Calls.GetAsync($"tickets/{made.Id}")).Refused(404, "ticket_not_found");
        (await server.Calls.DeleteAsync($"tickets/{made.Id}")).Refused(404, "ticket_not_found");
    }

    [Fact]
    public async Task A_card_that_moves_to_in_progress_submits_and_out_of_it_cancels()
    {
        var id = await server.MakeTicketAsync();

        var moved = (await server.Calls.PatchAsync($"tickets/{id}", """{"status":"in_progress","position":1}""")).Did(200);
        Assert.Equal("in_progress", moved.Word("status"));
        var job = moved.Word("job_id");
        Assert.Equal("queued", (await server.Calls.GetAsync($"jobs/{job}")).Did(200).Word("status"));

        var back = (await server.Calls.PatchAsync($"tickets/{id}", """{"status":"ready"}""")).Did(200);
        Assert.Equal("ready", back.Word("status"));
        Assert.Equal("cancelled", (await server.Calls.GetAsync($"jobs/{job}")).Word("status"));
    }

    [Fact]
    public async Task A_ticket_made_in_progress_has_a_job()
    {
        var made = (await server.Calls.PostAsync($"projects/{server.Project}/tickets", """{"title":"At once","status":"in_progress","agent_script":"write a.txt: x"}""")).Did(201);
        Assert.Equal("in_progress", made.Word("status"));
        Assert.NotNull(made.Word("job_id"));
    }

    [Fact]
    public async Task An_illegal_move_changes_nothing()
    {
        var id = await server.MakeTicketAsync("Before");

        var refused = (await server.Calls.PatchAsync($"tickets/{id}", """{"title":"After","status":"completed"}""")).Refused(409, "illegal_move");
        Assert.Contains("in_progress", refused.Word("detail")!, StringComparison.Ordinal);
        Assert.Equal("Before", (await server.Calls.GetAsync($"tickets/{id}")).Word("title"));
    }

    [Fact]
    public async Task A_busy_ticket_is_not_deleted()
    {
        var id = await server.MakeTicketAsync();
        await server.Calls.PatchAsync($"tickets/{id}", """{"status":"in_progress"}""");

        (await server.Calls.DeleteAsync($"tickets/{id}")).Refused(409, "ticket_busy");
    }

    [Fact]
    public async Task Dependencies_are_made_and_removed_and_a_cycle_is_refused()
    {
        var (first, second) = (await server.MakeTicketAsync("first"), await server.MakeTicketAsync("second"));

        var waits = (await server.Calls.PutAsync($"tickets/{second}/dependencies/{first}")).Did(200);
        Assert.Equal(first, waits.Json["blocked_by"]![0]!.GetValue<Guid>());
        (await server.Calls.PutAsync($"tickets/{first}/dependencies/{second}")).Refused(409, "dependency_cycle");
        (await server.Calls.PutAsync($"tickets/{first}/dependencies/{Guid.NewGuid()}")).Refused(404, "dependency_not_found");
        (await server.Calls.PutAsync($"tickets/{Guid.NewGuid()}/dependencies/{first}")).Refused(404, "ticket_not_found");
        (await server.Calls.PutAsync($"tickets/{first}/dependencies/x")).Refused(400, "id_invalid");

        var free = (await server.Calls.DeleteAsync($"tickets/{second}/dependencies/{first}")).Did(200);
        Assert.Empty(free.Json["depends_on"]!.AsArray());
    }

    [Fact]
    public async Task A_wrong_status_names_the_allowed_ones()
    {
        var answer = (await server.Calls.PatchAsync($"tickets/{await server.MakeTicketAsync()}", """{"status":"doing"}""")).Refused(400, "validation_failed");
        Assert.Contains("in_progress", answer.Json["errors"]!["status"]![0]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
