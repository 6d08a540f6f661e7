using System.Text.Json.Nodes;
using AutoBuild.Hosting;

namespace AutoBuild.Tests.Api;

/// <summary>Holds what the memory's port serves, beside the orchestrator's and alone.</summary>
public sealed class MemoryPortTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ApiCalls Memory => new(server.Server.Memory!, server.Server.Token);

    [Fact]
    public async Task Health_is_open_and_says_which_service_it_is()
    {
        var answer = (await new ApiCalls(server.Server.Memory!, null).GetAsync("/health")).Did(200);
        Assert.Equal(("healthy", "memory-service"), (answer.Word("status"), answer.Word("service")));
        Assert.NotNull(answer.Word("version"));
    }

    [Fact]
    public async Task Each_port_serves_its_own_routes()
    {
        await HasNoProjectsAsync(Memory);
        (await server.Calls.GetAsync("/health")).Refused(404, "route_not_found");
        Assert.Null((await server.Calls.GetAsync("health")).Json["service"]);
        Assert.Contains("autobuild_uptime", (await Memory.GetAsync("metrics")).Did(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_checks_stand_before_both_ports()
    {
        (await new ApiCalls(server.Server.Memory!, null).GetAsync("metrics")).Refused(401, "token_missing");
        (await Memory.SendAsync(HttpMethod.Get, "metrics", headers: ("Host", "evil.example"))).Refused(403, "host_refused");
        (await Memory.SendAsync(HttpMethod.Get, "metrics", headers: ("Origin", "http://evil.example"))).Refused(403, "origin_refused");
        var refused = (await new ApiCalls(server.Server.Memory!, server.Server.Token).GetAsync("nothing")).Json;
        Assert.Equal(refused["error"]!.GetValue<string>(), refused["detail"]!.GetValue<string>());
    }

    /// <summary>A Host header may name any port: it does not choose the routes.</summary>
    [Fact]
    public async Task The_port_of_the_host_header_chooses_nothing()
    {
        (await server.Calls.SendAsync(HttpMethod.Get, "/health", headers: ("Host", $"localhost:{server.Server.Memory!.Port}"))).Refused(404, "route_not_found");
        (await Memory.SendAsync(HttpMethod.Get, "/health", headers: ("Host", $"localhost:{server.Server.Address.Port}"))).Did(200);
    }

    [Fact]
    public async Task Its_document_tells_its_own_routes_alone()
    {
        var routes = await ApiRoute.OfAsync(Memory);
        Assert.Contains(routes, route => route is { Method: "GET", Path: "/health" });
        Assert.DoesNotContain(routes, route => route.Path.Contains("/projects", StringComparison.Ordinal));
        var main = (await ApiRoute.OfAsync(server.Calls)).Select(route => (route.Method, route.Path)).ToHashSet();
        Assert.All(routes.Where(route => route.Path != "/health"), route => Assert.Contains((route.Method, route.Path), main));
    }

    [Fact]
    public async Task It_runs_alone_on_data_of_its_own()
    {
        using var folder = new TempFolder();
        var request = server.Request(folder["data"]) with { Target = "memory" };
        await using (var alone = await Server.StartAsync(request, Cancel))
        {
            var endpoints = JsonNode.Parse(await File.ReadAllTextAsync(folder["data/endpoints.json"], Cancel))!;
            Assert.Null(endpoints["orchestrator"]);
            Assert.Equal(alone.Address.GetLeftPart(UriPartial.Authority), endpoints["memory"]!.GetValue<string>());
            Assert.Equal(alone.Memory, alone.Address);
            var calls = new ApiCalls(alone.Address, alone.Token);
            (await calls.GetAsync("/health")).Did(200);
            await HasNoProjectsAsync(calls);
            (await calls.GetAsync("metrics")).Did(200);

            // A command finds it, and stops it.
            Assert.NotNull(await new Client.ServerProcess(new DataDirectory(folder["data"]), null, TimeProvider.System).FindAsync(Cancel));
            (await calls.PostAsync("shutdown")).Did(202);
            Assert.Equal(0, await alone.WaitAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel));
        }
    }

    // By itself, for the document that calls are held against has this route, at the other port.
    private static async Task HasNoProjectsAsync(ApiCalls calls)
    {
        using var answer = await calls.Http.GetAsync(new Uri("projects", UriKind.Relative), Cancel);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("route_not_found", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
