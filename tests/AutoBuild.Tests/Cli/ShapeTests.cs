using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.Commands;
using AutoBuild.Tests.Api;

namespace AutoBuild.Tests.Cli;

/// <summary>Holds the names and types of what every command prints with <c>--json</c>: scripts read them (<c>UPDATE_DOCS=1</c> writes the file anew).</summary>
public sealed class ShapeTests(ApiServer server) : IClassFixture<ApiServer>
{
    /// <summary>Commands that are not typed here, and why.</summary>
    private static readonly Dictionary<string, string> Left = new()
    {
        ["demo"] = "It takes ten seconds; DemoTests read what it prints.",
        ["run"] = "It needs a queue that runs; RunTests read what it prints.",
        ["job land"] = OfApi,
        ["job retry"] = OfApi,
        ["job message"] = OfApi,
        ["job callbacks"] = OfApi,
        ["landing resolve"] = OfApi,
        ["landing requeue"] = OfApi,
        ["landing eject"] = OfApi,
        ["landing move"] = OfApi,
        ["landing show"] = OfApi,
        ["landing resolution forget"] = OfApi,
        ["worktree rescue show"] = OfApi,
        ["worktree rescue diff"] = OfApi,
        ["worktree rescue restore"] = OfApi,
        ["worktree rescue drop"] = OfApi,
        ["project sync"] = OfApi,
        ["agent check"] = "It starts an agent.",
        ["config trust"] = "It needs a configuration that lies in a repository.",
        ["merge-file"] = "It takes files; MergeFileTests read what it tells.",
        ["merge-driver install"] = OfRepository,
        ["merge-driver uninstall"] = OfRepository,
        ["merge-driver status"] = OfRepository,
        ["events"] = "It has no end; WatchTests read its lines.",
        ["down"] = "It ends the server that the others ask.",
    };

    private const string OfRepository = "It is about the repository it is typed in; MergeDriverTests make one.";

    /// <summary>Needs something that has run or landed.</summary>
    private const string OfApi = "It prints the API's answer as it came, whose shape the OpenAPI document holds.";

    [Fact]
    public async Task Every_answer_has_the_members_that_scripts_know()
    {
        var typed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in await LinesAsync())
        {
            var run = await TypedCommand.RunAsync(new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
                [.. line.Words, "--json", "--server", server.Server.Address.ToString(), "--token", server.Server.Token, "--data", server.Data]);
            Assert.True(run.Out.Length > 0 && run.Out.TrimEnd().Contains('\n') == false, $"{line.Path}: {run.Out} {run.Error}");
            Assert.False(run.Json.ContainsKey("error") && run.ExitCode != 0, $"{line.Path}: {run.Error}");
            typed[line.Path] = Shape(run.Json, "");
        }

        var every = TypedCommand.All().Where(one => one.Command.Options.Contains(CommonOptions.Json)).Select(one => one.Path);
        Assert.Equal(every.Except(Left.Keys).Order(), typed.Keys.Order());
        var known = Known(typed);
        Assert.Equal(known.Keys.Order(), typed.Keys.Order());
        Assert.All(typed, one => Assert.Equal(("", ""), (Lacking(one.Value, known[one.Key]), Lacking(known[one.Key], one.Value))));
    }

    [Fact]
    public void A_shape_tells_a_rename_and_another_type_from_a_member_without_a_value()
    {
        const string Known = "  id: string\n  hold: null\n  jobs[].error: null\n  ids: empty list\n";

        Assert.Equal("", Lacking("  id: string\n  hold.reason: string\n  jobs: empty list\n  ids[]: string\n", Known));
        Assert.Equal("", Lacking(Known, "  id: string\n  hold.reason: string\n  jobs: empty list\n  ids[]: string\n"));
        Assert.Equal("  id: number", Lacking("  id: number\n", Known));
        Assert.Equal("  key: string", Lacking("  key: string\n", Known));
        Assert.Equal("  held: null", Lacking("  held: null\n", Known));
    }

    /// <summary>Returns the members of one shape that another has not so; what is null or empty in either says nothing about its type.</summary>
    private static string Lacking(string one, string other)
    {
        var there = Members(other);
        return string.Join('\n', Members(one).Where(member => !there.Any(known => known.Key == member.Key
            ? known.Value == member.Value || IsOpen(known.Value) || IsOpen(member.Value)
            : IsOpen(known.Value) && IsBelow(member.Key, known.Key) || IsOpen(member.Value) && IsBelow(known.Key, member.Key))).Select(member => $"{member.Key}: {member.Value}"));
    }

    private static Dictionary<string, string> Members(string shape) =>
        shape.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ")).ToDictionary(parts => parts[0], parts => parts[1]);

    private static bool IsOpen(string type) => type is "null" or "empty list";

    private static bool IsBelow(string path, string parent) => path.StartsWith(parent + ".", StringComparison.Ordinal) || path.StartsWith(parent + "[]", StringComparison.Ordinal);

    private async Task<string> MemoryAsync() => $"{(await server.Calls.PostAsync("memory", $$"""{"project_id":"{{server.Project}}","type":"insight","content":"x"}""")).Did(201).Id}";

    private async Task<List<(string Path, string[] Words)>> LinesAsync()
    {
        var (job, other, ticket, second) = (await server.MakeJobAsync(), await server.MakeJobAsync(), await server.MakeTicketAsync(), await server.MakeTicketAsync("Another"));
        var gone = await server.MakeProjectAsync("gone");
        return
        [
            Line("ticket add", "A title", "--project", "shared"), Line("ticket list", "--project", "shared"), Line("ticket show", $"{ticket}"), Line("ticket edit", $"{ticket}", "--label", "a"),
            Line("ticket move", $"{ticket}", "backlog"), Line("ticket depend", $"{ticket}", $"{second}"), Line("job submit", $"{second}", "Do it"), Line("ticket start", $"{ticket}"),
            Line("ticket delete", $"{await server.MakeTicketAsync()}"),
            Line("job list"), Line("job show", $"{job}"), Line("job logs", $"{job}"), Line("job diff", $"{job}"), Line("job cancel", $"{other}"),
            Line("landing list"), Line("landing resolution list", "--project", "shared"), Line("radar", "--project", "shared"), Line("landing pause", "--project", "shared"), Line("landing resume", "--project", "shared"),
            Line("project add", "--repo", server.Repository, "--name", "made"), Line("project list"), Line("project show", "shared"), Line("project edit", "shared", "--description", "x"),
            Line("project remove", $"{gone}"), Line("project restore", $"{gone}"),
            Line("worktree list"), Line("worktree create", "hand/one", "--project", "shared"), Line("worktree remove", await WorktreeAsync()), Line("worktree rescue list"),
            Line("queue show"), Line("queue resume"), Line("queue pause"), Line("usage"), Line("index", "--project", "shared"), Line("search", "sample", "--project", "shared"), Line("memory add", "Remember.", "--project", "shared"), Line("memory list", "--project", "shared"), Line("memory edit", await MemoryAsync(), "Otherwise."), Line("memory forget", await MemoryAsync()), Line("context", "Greet", "--project", "shared"), Line("changelog", "--project", "shared"),
            Line("agent list"), Line("health"), Line("metrics"), Line("doctor"), Line("config check"), Line("config show"),
        ];
    }

    private async Task<string> WorktreeAsync() =>
        (await server.Calls.PostAsync("worktrees", $$"""{"project_id":"{{server.Project}}","branch_name":"hand/two"}""")).Did(201).Id.ToString();

    private static (string Path, string[] Words) Line(string path, params string[] words) => (path, [.. path.Split(' '), .. words]);

    /// <summary>Writes a line for each member: its name and type; a list by its first item, and what is keyed by anything as one.</summary>
    private static string Shape(JsonNode? node, string at) => node switch
    {
        JsonObject members when at.EndsWith("jobs_by_project", StringComparison.Ordinal) => $"  {at}: object\n",
        JsonObject members => string.Concat(members.Select(member => Shape(member.Value, at.Length == 0 ? member.Key : $"{at}.{member.Key}"))),
        JsonArray items => items.Count == 0 ? $"  {at}: empty list\n" : Shape(items[0], $"{at}[]"),
        null => $"  {at}: null\n",
        var value => $"  {at}: {(value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? "boolean" : value.GetValueKind().ToString().ToLowerInvariant())}\n",
    };

    private static Dictionary<string, string> Known(Dictionary<string, string> typed)
    {
        var file = Path.Combine(Here(), "shapes.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(file, string.Concat(typed.Select(one => $"{one.Key}\n{one.Value}\n")));
        }

        return File.ReadAllText(file).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => block.Split('\n', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
