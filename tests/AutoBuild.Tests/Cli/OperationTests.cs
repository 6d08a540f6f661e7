using System.Net;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using AutoBuild.Api;
using AutoBuild.Client;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Tests.Api;

namespace AutoBuild.Tests.Cli;

/// <summary>Holds the typed client against the OpenAPI document: each method is called, and what it asks for is looked up.</summary>
public sealed class OperationTests(ApiServer server) : IClassFixture<ApiServer>
{
    /// <summary>Operations that no method is for, and why.</summary>
    private static readonly Dictionary<string, string> Left = new()
    {
        ["POST /callback"] = "Runners elsewhere call it, with a bearer of their own.",
        ["POST /memory/runs"] = "An orchestrator that runs elsewhere tells it: RemoteMemory.",
        ["GET /insights/patterns"] = "An older form of GET /insights/patterns/{id}.",
        ["POST /webhooks/github"] = "GitHub calls it, and signs.",
    };

    private static readonly Guid Id = Guid.CreateVersion7();

    [Fact]
    public async Task Every_operation_has_a_method_and_every_method_an_operation()
    {
        var operations = await OperationsAsync();
        var called = new List<string>();
        foreach (var method in Methods())
        {
            var (asked, path) = await CallAsync(method);
            var name = operations.Where(operation => operation.Verb == asked && operation.Pattern.IsMatch(path)).Select(operation => operation.Name).Order(StringComparer.Ordinal).FirstOrDefault();
            Assert.True(name is not null, $"{method.Name} asks for {asked} {path}, which is no operation.");
            called.Add(name);
        }

        Assert.Equal(operations.Select(operation => operation.Name).Except(Left.Keys).Order(), called.Distinct().Order());
    }

    /// <summary>Every member that a body knows is sent under the name that the server reads, and those that are null are left out.</summary>
    [Fact]
    public void A_body_is_written_as_the_server_reads_it()
    {
        Assert.Equal("""{"title":"a","priority":2,"labels":[],"max_cost_usd":1.5}""", ClientJson.Write(new TicketBody { Title = "a", Priority = Priority.High, Labels = [], MaxCostUsd = 1.5m }));
        Assert.Equal("""{"repo_path":"/a"}""", ClientJson.Write(new ProjectBody { RepoPath = "/a" }));
        Assert.Equal("""{"files":{"a":null}}""", ClientJson.Write(new ResolveBody(Files: new() { ["a"] = null })));
        Assert.Equal("{}", ClientJson.Write(new SubmitBody()));
    }

    [Fact]
    public void A_question_is_escaped_and_what_is_not_asked_is_left_out()
    {
        Assert.Equal("", Queries.Of(("a", null)));
        Assert.Equal("?a=x%26y%3D%20%C3%A4&b=1", Queries.Of(("a", "x&y= ä"), ("b", "1")));
        Assert.Equal("?group_by=day&from=2026-11-01", Queries.Of(new UsageQuery(UsageGroup.Day, From: new DateOnly(2026, 11, 1))));
        Assert.Equal($"?ticket_id={Id}&status=running&limit=7", Queries.Of(new JobFilter(TicketId: Id, Status: JobStatus.Running), new PageRequest(7)));
    }

    private static IEnumerable<MethodInfo> Methods() => typeof(ApiClient).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(method => method.Name is not (nameof(ApiClient.Dispose) or nameof(ApiClient.CallAsync)));

    private static async Task<(string Verb, string Path)> CallAsync(MethodInfo method)
    {
        using var recorder = new Recorder();
        using var api = new ApiClient(new ApiTransport(ServerAddress.Fixed("http://127.0.0.1:1", null), TimeProvider.System, recorder));
        var result = method.Invoke(api, [.. method.GetParameters().Select(Value)]);
        try
        {
            await (result is IAsyncEnumerable<ServerEvent> events ? events.GetAsyncEnumerator().MoveNextAsync().AsTask() : (Task)result!);
        }
        catch (ApiFault)
        {
            // What the recorder answers is no document of any kind; only the question counts.
        }

        return recorder.Asked.First();
    }

    private static object? Value(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(Guid) || type == typeof(Guid?) => Id,
        var type when type == typeof(string) => "name",
        var type when type == typeof(bool) => true,
        var type when type == typeof(CancellationToken) => TestContext.Current.CancellationToken,
        var type when parameter.HasDefaultValue || Nullable.GetUnderlyingType(type) is not null || type.IsAssignableTo(typeof(Delegate)) => null,
        var type => type.GetConstructors().OrderBy(make => make.GetParameters().Length).First() is var make
            ? make.Invoke([.. make.GetParameters().Select(Member)])
            : null,
    };

    private static object? Member(ParameterInfo part) => part.ParameterType switch
    {
        var type when type == typeof(Guid?) => Id,
        var type when part.HasDefaultValue => type.IsPrimitive ? part.DefaultValue : null,
        var type when type.IsEnum => Enum.GetValues(type).GetValue(0),
        var type => type == typeof(string) ? "text" : null,
    };

    private async Task<List<(string Name, string Verb, Regex Pattern)>> OperationsAsync()
    {
        var paths = (await server.Calls.GetAsync("/openapi/v1.json")).Did(200).Json["paths"]!.AsObject();
        return
        [
            .. from path in paths
               from verb in path.Value!.AsObject()
               where verb.Key is "get" or "post" or "put" or "patch" or "delete"
               let route = path.Key.Replace("/api/v1", "", StringComparison.Ordinal)
               let pattern = new Regex($"^/api/v1{Regex.Replace(route, "{[^}]+}", "[^/]+")}$")
               select ($"{verb.Key.ToUpperInvariant()} {route}", verb.Key.ToUpperInvariant(), pattern),
        ];
    }

    /// <summary>Writes down what is asked, and answers with an empty object.</summary>
    private sealed class Recorder : HttpMessageHandler
    {
        public List<(string Verb, string Path)> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add((request.Method.Method, request.RequestUri!.AbsolutePath));
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}", Encoding.UTF8, "application/json") });
        }
    }
}
