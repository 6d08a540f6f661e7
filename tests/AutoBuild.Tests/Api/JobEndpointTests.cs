namespace AutoBuild.Tests.Api;

public sealed class JobEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Script = ""","agent_script":"write a.txt: hello" """;

    private string Body(Guid ticket, string more = "") => $$"""{"ticket_id":"{{ticket}}","project_id":"{{server.Project}}","prompt":"Do it"{{more}}}""";

    [Fact]
    public async Task A_submit_answers_with_job_position_and_message()
    {
        var ticket = await server.MakeTicketAsync();

        var answer = (await server.Calls.PostAsync("jobs", Body(ticket, ""","priority":"critical","some_old_field":1"""))).Did(201);

        var job = answer.Json["job"]!;
        Assert.Equal((3, "queued", "Do it"), (job["priority"]!.GetValue<int>(), job["status"]!.GetValue<string>(), job["prompt"]!.GetValue<string>()));
        Assert.Equal(1, answer.Json["position"]!.GetValue<int>());
        Assert.Contains("queued", answer.Word("message")!, StringComparison.Ordinal);
        Assert.Equal($"/api/v1/jobs/{job["id"]}", answer.Headers["Location"]);
    }

    [Fact]
    public async Task An_unknown_ticket_is_made_and_an_unknown_project_refused()
    {
        var ticket = Guid.NewGuid();
        (await server.Calls.PostAsync("jobs", Body(ticket, Script))).Did(201);
        Assert.Equal("Do it", (await server.Calls.GetAsync($"tickets/{ticket}")).Did(200).Word("title"));

        (await server.Calls.PostAsync("jobs", $$"""{"ticket_id":"{{Guid.NewGuid()}}","project_id":"{{Guid.NewGuid()}}","prompt":"x"}""")).Refused(404, "project_not_found");
    }

    [Fact]
    public async Task A_submit_lists_all_that_is_wrong()
    {
        var answer = (await server.Calls.PostAsync("jobs", """{"ticket_id":"7","executor":"moon","callback_url":"ftp://x"}""")).Refused(400, "validation_failed");
        Assert.Equal(["callback_url", "executor", "project_id", "prompt", "ticket_id"], answer.Json["errors"]!.AsObject().Select(error => error.Key).Order());
    }

    [Fact]
    public async Task A_secret_is_never_shown()
    {
        var ticket = await server.MakeTicketAsync();
        var answer = (await server.Calls.PostAsync("jobs", Body(ticket, ""","callback_url":"https://example.org/x","callback_secret":"hush-hush" """))).Did(201);

        Assert.DoesNotContain("hush-hush", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", (await server.Calls.GetAsync($"jobs/{answer.Json["job"]!["id"]}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", (await server.Calls.GetAsync("jobs?limit=500")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_ticket_has_one_unfinished_job()
    {
        var ticket = await server.MakeTicketAsync();
        (await server.Calls.PostAsync("jobs", Body(ticket))).Did(201);

        (await server.Calls.PostAsync("jobs", Body(ticket))).Refused(409, "ticket_busy");
    }

    [Fact]
    public async Task The_same_key_makes_one_job()
    {
        var ticket = await server.MakeTicketAsync();
        var first = (await server.Calls.PostAsync("jobs", Body(ticket), "once")).Did(201);
        var again = (await server.Calls.PostAsync("jobs", Body(ticket), "once")).Did(201);

        Assert.Equal(first.Json["job"]!["id"]!.GetValue<Guid>(), again.Json["job"]!["id"]!.GetValue<Guid>());
        (await server.Calls.PostAsync("jobs", Body(Guid.NewGuid(), Script), "once")).Refused(409, "idempotency_key_reused");
        (await server.Calls.PostAsync("jobs", Body(ticket), new string('k', 201))).Refused(400, "validation_failed");
    }

    [Fact]
    public async Task A_job_is_cancelled_once_and_then_retried_as_a_new_one()
    {
        var job = await server.MakeJobAsync();
        (await server.Calls.PostAsync($"jobs/{job}/retry")).Refused(409, "job_not_over");

        Assert.Contains("cancelled", (await server.Calls.DeleteAsync($"jobs/{job}")).Did(200).Word("message")!, StringComparison.Ordinal);
        (await server.Calls.DeleteAsync($"jobs/{job}")).Refused(409, "job_already_finished");

        var retried = (await server.Calls.PostAsync($"jobs/{job}/retry")).Did(201).Json["job"]!;
        Assert.Equal(job, retried["retry_of"]!.GetValue<Guid>());
        Assert.NotEqual(job, retried["id"]!.GetValue<Guid>());
        Assert.Equal("cancelled", (await server.Calls.GetAsync($"jobs/{job}")).Word("status"));
    }

    [Fact]
    public async Task A_message_to_an_ended_job_continues_it()
    {
        var job = await server.MakeJobAsync();
        await server.Calls.DeleteAsync($"jobs/{job}");

        var said = (await server.Calls.PostAsync($"jobs/{job}/messages", """{"text":"Once more"}""")).Did(201);
        Assert.Equal(job, said.Json["job"]!["continues"]!.GetValue<Guid>());
        (await server.Calls.PostAsync($"jobs/{job}/messages", """{"message":" "}""")).Refused(400, "validation_failed");
    }

    [Fact]
    public async Task Jobs_are_filtered()
    {
        var ticket = await server.MakeTicketAsync();
        var job = (await server.Calls.PostAsync("jobs", Body(ticket))).Did(201).Json["job"]!["id"]!.GetValue<Guid>();

        var found = (await server.Calls.GetAsync($"jobs?ticket_id={ticket}&status=queued&project_id={server.Project}")).Did(200);
        Assert.Equal(job, Assert.Single(found.Json["jobs"]!.AsArray())!["id"]!.GetValue<Guid>());
        Assert.Empty((await server.Calls.GetAsync($"jobs?ticket_id={ticket}&status=failed")).Json["jobs"]!.AsArray());
    }

    [Fact]
    public async Task A_job_that_has_not_passed_is_not_landed()
    {
        var job = await server.MakeJobAsync();
        (await server.Calls.PostAsync($"jobs/{job}/land")).Refused(409, "not_landable");
    }

    [Fact]
    public async Task Unknown_jobs_are_404()
    {
        var id = Guid.NewGuid();
        (await server.Calls.DeleteAsync($"jobs/{id}")).Refused(404, "job_not_found");
        (await server.Calls.PostAsync($"jobs/{id}/retry")).Refused(404, "job_not_found");
        (await server.Calls.PostAsync($"jobs/{id}/messages", """{"message":"x"}""")).Refused(404, "job_not_found");
        (await server.Calls.PostAsync($"jobs/{id}/land")).Refused(404, "job_not_found");
        (await server.Calls.GetAsync($"jobs/{id}/logs")).Refused(404, "job_not_found");
        (await server.Calls.GetAsync($"jobs/{id}/log")).Refused(404, "job_not_found");
        (await server.Calls.GetAsync($"jobs/{id}/log/search?q=x")).Refused(404, "job_not_found");
        (await server.Calls.GetAsync($"jobs/{id}/diff")).Refused(404, "job_not_found");
    }
}
