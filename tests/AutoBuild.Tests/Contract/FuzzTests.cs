using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoBuild.Tests.Api;
using AutoBuild.Tests.Api.Routes;

namespace AutoBuild.Tests.Contract;

/// <summary>
/// Asks a server with real data everything that its document allows, and much that it does not. Every answer has to be one that the document tells, and none a fault.
/// A failure names its seed and the number of the request; <c>AUTOBUILD_FUZZ="SEED COUNT"</c> on the long test runs that again.
/// </summary>
public sealed partial class FuzzTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Would end the server, run jobs without end, or start an agent that is installed here.</summary>
    private static readonly string[] Left = ["POST /api/v1/shutdown", "POST /api/v1/queue/resume"];

    /// <summary>Asks git or takes away what others need, so it comes more seldom.</summary>
    private static readonly string[] Slow =
    [
        "POST /api/v1/projects", "POST /api/v1/index/repository", "POST /api/v1/index/files", "DELETE /api/v1/projects/{id}", "GET /api/v1/projects/{id}/status", "POST /api/v1/projects/{id}/sync", "POST /api/v1/worktrees", "DELETE /api/v1/worktrees/{id}",
        "GET /api/v1/worktrees", "GET /api/v1/worktrees/rescues", "GET /api/v1/worktrees/rescues/{rescue}", "DELETE /api/v1/worktrees/rescues/{rescue}", "GET /api/v1/worktrees/rescues/{rescue}/diff",
        "POST /api/v1/worktrees/rescues/{rescue}/restore", "GET /api/v1/agents", "GET /api/v1/events", "GET /api/v1/jobs/{id}/logs", "POST /api/v1/landings/{id}/resolve", "GET /api/v1/health/deep", "GET /api/v1/jobs/{id}/diff", "POST /api/v1/landings/pause", "DELETE /api/v1/tickets/{id}",
    ];

    private readonly RouteWorld _world = new();

    public static TheoryData<int> Rounds => [.. Enumerable.Range(1, 6)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What no answer may tell: types and calls of ours, statements, files of the source.</summary>
    [GeneratedRegex(@"   at |System\.|Microsoft\.|AutoBuild\.[A-Z]|Exception|\.cs\b|SQLite Error|no such (table|column)|\bSELECT\b|\bINSERT\b", RegexOptions.CultureInvariant)]
    private static partial Regex Inner();

    public ValueTask InitializeAsync() => _world.InitializeAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public Task No_request_breaks_the_server_or_its_word() => RunAsync(seed: 20_260_731, count: 2000);

    // Each on a server of its own, so that a failure can be had again.
    [Theory(Explicit = true)]
    [MemberData(nameof(Rounds))]
    public async Task No_request_breaks_the_server_or_its_word_for_long(int _)
    {
        var asked = Environment.GetEnvironmentVariable("AUTOBUILD_FUZZ")?.Split(' ').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        await RunAsync(asked?[0] ?? Random.Shared.Next(), asked?[1] ?? 10_000);
    }

    private async Task RunAsync(int seed, int count)
    {
        var contract = new ApiContract((await _world.Calls.GetAsync("/openapi/v1.json")).Did(200).Json);
        var (random, began) = (new Random(seed), Stopwatch.GetTimestamp());
        var pool = await PoolAsync(random);
        var routes = contract.Routes.Where(route => !Left.Contains($"{route.Method} {route.Path}")).ToList();
        var maker = new FuzzMaker(random, [.. routes.SelectMany(route => Enumerable.Repeat(route, Slow.Contains($"{route.Method} {route.Path}") ? 1 : 10))], pool);
        var (seen, wrong) = (new Dictionary<string, int>(), new Dictionary<string, string>());
        using var http = new HttpClient { BaseAddress = _world.Server.Address, Timeout = Limit };
        for (var i = 0; i < count; i++)
        {
            var request = maker.Next();
            var (path, answer) = await request.SendAsync(http, Cancel);
            var objections = request.IsUnreadable && answer is { Status: 400 or 414, Type: null } ? [] : contract.Objections(request.Method, path, answer);
            foreach (var objection in objections.Concat(Leaks(answer)))
            {
                wrong.TryAdd($"{request.Method} {contract.Find(request.Method, path)?.Path ?? path}: {Regex.Replace(objection, @"/\d+/", "/0/")}",
                    $"seed {seed}, request {i}: {request}\n{answer.Status} {answer.Type}\n{FuzzRequest.Cut(answer.Text)}");
            }

            Learn(pool, request.Method, path, answer);
            var met = $"{contract.Find(request.Method, path)?.Operation["operationId"]} {answer.Status}";
            seen[met] = seen.GetValueOrDefault(met) + 1;
        }

        Tell(seed, count, began, seen);
        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong.Select(found => $"{found.Key}\n{found.Value}")));
        HoldsDepth(routes, seen, count);
        Assert.Empty((await _world.Calls.GetAsync("health/deep")).Did(200).Json["broken"]!.AsArray());
    }

    private static IEnumerable<string> Leaks(ApiAnswer answer)
    {
        if (answer is { Status: >= 500 } and not { Status: 503, Type: "application/json" })
        {
            yield return "a fault";
        }

        if (answer is { Status: >= 400, Type: "application/problem+json", Text.Length: > 0 } && Inner().IsMatch(Regex.Replace(answer.Word("detail")!, "'[^']*'", "''", RegexOptions.Singleline)))
        {
            yield return "it tells too much";
        }

        if (answer.Status >= 400 && answer.Text.Length > 20_000)
        {
            yield return "too many words";
        }
    }

    /// <summary>Holds that requests got through to the work behind the checks, on nearly every route.</summary>
    private static void HoldsDepth(List<ApiRoute> routes, Dictionary<string, int> seen, int count)
    {
        var done = routes.Where(route => seen.Keys.Any(met => met.StartsWith($"{route.Operation["operationId"]} 2", StringComparison.Ordinal))).ToList();
        var never = routes.Except(done).Select(route => $"{route.Method} {route.Path}").ToList();
        Assert.True(never.Count <= routes.Count * (count < 10_000 ? 0.4 : 0.25), $"Never done: {string.Join(", ", never)}");
    }

    private static void Tell(int seed, int count, long began, Dictionary<string, int> seen)
    {
        var statuses = seen.GroupBy(met => met.Key.Split(' ')[^1]).OrderBy(group => group.Key).Select(group => $"{group.Key}: {group.Sum(met => met.Value)}");
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {count} requests in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s, {string.Join(", ", statuses)}");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", seen.OrderBy(met => met.Key, StringComparer.Ordinal).Select(met => $"{met.Key}: {met.Value}")));
    }

    private static void Learn(FuzzPool pool, string method, string path, ApiAnswer answer)
    {
        if (path.Split('/') is [_, _, _, var place, var id] && ((method == "DELETE" && answer.Status == 200 && place == "tickets") || (method == "GET" && answer.Status == 404)))
        {
            pool.Forget(id);
        }

        if (answer is { Status: < 300, Type: "application/json" } && path.Split('/') is [_, _, _, var things, ..])
        {
            pool.Learn(JsonNode.Parse(answer.Text), FuzzPool.KindOf(things));
        }
    }

    private async Task<FuzzPool> PoolAsync(Random random)
    {
        var pool = new FuzzPool(random);
        pool.Add("project", _world.Project.ToString());
        foreach (var _ in Enumerable.Range(0, 3))
        {
            pool.Add("rescue", await _world.RescueAsync());
        }

        foreach (var path in new[] { "jobs", "landings", "worktrees", $"projects/{_world.Project}/tickets" })
        {
            pool.Learn((await _world.Calls.GetAsync(path)).Did(200).Json, FuzzPool.KindOf(path.Split('/')[^1]));
        }

        foreach (var (name, values) in Known())
        {
            foreach (var value in values)
            {
                pool.Add(name, value);
            }
        }

        return pool;
    }

    /// <summary>What makes sense under names whose schema can't tell it. Nothing of it leaves the machine or the world's folder.</summary>
    private Dictionary<string, string[]> Known() => new()
    {
        ["repo_path"] = [_world.Repository],
        ["repo_url"] = ["https://127.0.0.1:1/x.git", "file:///nowhere"],
        ["github_repo_full_name"] = ["no-slash"],
        ["repo_full_name"] = ["no-slash"],
        ["checkout"] = [_world.Repository, "/nowhere"],
        ["directory"] = ["relative", Path.Combine(_world.Data, "restored-here"), _world.Repository],
        ["default_branch"] = ["main", "nowhere"],
        ["branch"] = ["main"],
        ["agent"] = ["scripted", "scripted", "command"],
        ["agent_script"] = ["write a.txt: hello", "print hello"],
        ["agent_command"] = ["true"],
        ["model"] = ["sonnet", "provider/model-1"],
        ["name"] = ["nobody", "Shop"],
        ["q"] = ["look", "e", "ß"],
        ["kind"] = ["job.changed", "run.event"],
        ["source"] = [_world.Repository],
        ["reason"] = ["enough"],
    };
}
