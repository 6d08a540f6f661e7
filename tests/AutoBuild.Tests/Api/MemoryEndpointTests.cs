using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AutoBuild.Hosting;

namespace AutoBuild.Tests.Api;

/// <summary>Memories over HTTP, as older clients and new ones send them, at both ports.</summary>
public sealed class MemoryEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ApiCalls Memory => new(server.Server.Memory!, server.Server.Token);

    [Fact]
    public async Task What_is_written_at_one_port_is_read_changed_and_forgotten_at_the_other()
    {
        var project = await server.MakeProjectAsync($"p{Guid.NewGuid():N}");
        var made = (await Memory.PostAsync("memory", $$"""{"project_id":"{{project}}","memory_type":"decision","content":"Dates are in UTC."}""")).Did(201);
        Assert.Equal(("decision", "Dates are in UTC.", "person", "local"), (made.Word("memory_type"), made.Word("content"), made.Word("source"), made.Word("made_by")));

        var listed = (await server.Calls.GetAsync($"memory/{project}")).Did(200).Json;
        Assert.Equal((1, made.Id), (listed["total"]!.GetValue<int>(), Guid.Parse(listed["memories"]![0]!["id"]!.GetValue<string>())));
        Assert.Equal("Dates are local.", (await server.Calls.PatchAsync($"memory/{made.Id}", """{"content":"Dates are local."}""")).Did(200).Word("content"));
        Assert.Equal(0, (await Memory.GetAsync($"memory/{project}?memory_type=insight")).Did(200).Json["total"]!.GetValue<int>());

        (await Memory.DeleteAsync($"memory/{made.Id}")).Did(200);
        Assert.Equal(0, (await Memory.GetAsync($"memory/{project}")).Did(200).Json["total"]!.GetValue<int>());
    }

    /// <summary>As a workflow of the original plan stores what it did: the type under its older name, an object, and <c>curl -d</c>, which calls everything a form.</summary>
    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_workflow_of_the_original_plan_is_understood(string type)
    {
        var (project, ticket) = (await server.MakeProjectAsync($"w{Guid.NewGuid():N}"), Guid.Empty);
        ticket = await server.MakeTicketAsync(project: project);
        var content = """{"task":"Add a greeting","files_modified":[],"patterns_used":[]}""";
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"project_id":"{{project}}","ticket_id":"{{ticket}}","type":"execution_success","content":{{content}}}"""));
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await Memory.Http.PostAsync(new Uri("memory", UriKind.Relative), body, Cancel);

        Assert.Equal(201, (int)answer.StatusCode);
        var kept = (await Memory.GetAsync($"memory/{project}?memory_type=execution_success")).Did(200).Json["memories"]![0]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(content), kept["content"]), kept.ToJsonString());
        Assert.Equal(ticket, Guid.Parse(kept["ticket_id"]!.GetValue<string>()));
    }

    /// <summary>The original plan's client in Go sends nothing but these three.</summary>
    [Fact]
    public async Task A_client_of_the_original_plan_gets_a_context_to_read()
    {
        var answer = (await Memory.PostAsync("context", $$"""
            {
                        "project_id": "{{server.Project}}",
                        "task_description": "Add a greeting",
                        "max_tokens": 2000
                    }
            """)).Did(200);
        Assert.NotNull(answer.Word("context"));
    }

    [Fact]
    public async Task Alone_it_takes_the_ids_of_another_system()
    {
        using var folder = new TempFolder();
        await using var alone = await Server.StartAsync(server.Request(folder["data"]) with { Target = "memory" }, Cancel);
        var calls = new ApiCalls(alone.Address, alone.Token);
        var (project, ticket) = (Guid.NewGuid(), Guid.NewGuid());

        (await calls.GetAsync($"memory/{project}")).Refused(404, "project_not_found");
        (await calls.PostAsync("memory", $$"""{"project_id":"{{project}}","ticket_id":"{{ticket}}","type":"feedback","content":"Good."}""")).Did(201);
        Assert.Equal(1, (await calls.GetAsync($"memory/{project}")).Did(200).Json["total"]!.GetValue<int>());
        (await calls.PostAsync("context", $$"""{"project_id":"{{project}}","task_description":"x","max_tokens":0}""")).Did(200);
    }
}
