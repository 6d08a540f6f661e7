using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd;

/// <summary>Speaks JSON-RPC with the real <c>autobuild mcp</c> over its standard input and output, as an agent's command line does.</summary>
public sealed class McpTests
{
    [Fact]
    public async Task AnAgentReadsAndWritesTheMemoryOfARepositoryThatNobodyTookIn()
    {
        await using var binary = new Binary();
        var repository = await Repository.CreateAsync(binary.Folder);
        await using var agent = new Agent(binary, "mcp", "--repo", repository);

        var hello = await agent.AskAsync("initialize", """{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}""");
        Assert.Equal("autobuild", (string?)hello["result"]!["serverInfo"]!["name"]);
        await agent.TellAsync("notifications/initialized");

        var tools = (await agent.AskAsync("tools/list", "{}"))["result"]!["tools"]!.AsArray();
        Assert.Superset(new HashSet<string> { "search_code", "find_definition", "get_context", "list_memories", "remember" }, tools.Select(tool => (string)tool!["name"]!).ToHashSet());
        Assert.All(tools, tool => Assert.Equal("object", (string?)tool!["inputSchema"]!["type"]));
        Assert.Equal(["remember"], tools.Where(tool => !(bool)tool!["annotations"]!["readOnlyHint"]!).Select(tool => (string)tool!["name"]!));

        Assert.Contains("Nothing", await agent.CallAsync("list_memories", "{}"), StringComparison.Ordinal);
        await agent.CallAsync("remember", """{"text":"Text files end with a full stop.","type":"decision"}""");
        Assert.Contains("Text files end with a full stop.", await agent.CallAsync("list_memories", """{"type":"decision"}"""), StringComparison.Ordinal);
        Assert.NotEmpty(await agent.CallAsync("get_context", """{"task":"Write two.txt","max_tokens":500}"""));

        var found = "";
        for (var tries = 0; !found.Contains("first.txt", StringComparison.Ordinal) && tries < 200; tries++)
        {
            // It is indexed in the background.
            found = await agent.CallAsync("search_code", """{"query":"one first"}""");
        }

        Assert.Contains("first.txt:1", found, StringComparison.Ordinal);
        Assert.Contains("expected one of", await agent.CallAsync("list_memories", """{"type":"gossip"}""", fault: true), StringComparison.Ordinal);
        Assert.Contains("missing", await agent.CallAsync("remember", "{}", fault: true), StringComparison.Ordinal);
        Assert.Contains("no tool", await agent.CallAsync("forget_everything", "{}", fault: true), StringComparison.Ordinal);

        // It is shown as what it is.
        var (_, listed) = await binary.JsonAsync("memory", "list", "--repo", repository);
        Assert.Equal(("agent", "decision"), ((string?)listed["memories"]![0]!["source"], (string?)listed["memories"]![0]!["memory_type"]));
        Assert.Equal(0, (await agent.EndAsync()).ExitCode);
    }

    /// <summary>Is the other end of the wire; every line that comes has to be a message.</summary>
    private sealed class Agent : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

        private readonly Channel<string> _asked = Channel.CreateUnbounded<string>();
        private readonly Channel<JsonObject> _told = Channel.CreateUnbounded<JsonObject>();
        private readonly ChildProcess _process;
        private readonly List<byte> _line = [];
        private int _last;

        public Agent(Binary binary, params string[] arguments) => _process = ChildProcess.Start(binary.Command(arguments) with { WriteInput = WriteAsync }, Take);

        public async Task<JsonObject> AskAsync(string method, string parameters)
        {
            Write(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = ++_last, ["method"] = method, ["params"] = JsonNode.Parse(parameters) });
            while (true)
            {
                var told = await _told.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
                if ((int?)told["id"] == _last)
                {
                    return told;
                }
            }
        }

        public Task TellAsync(string method)
        {
            Write(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method });
            return Task.CompletedTask;
        }

        public async Task<string> CallAsync(string tool, string arguments, bool fault = false)
        {
            var answer = await AskAsync("tools/call", $$"""{"name":"{{tool}}","arguments":{{arguments}}}""");
            var text = (string)answer["result"]!["content"]![0]!["text"]!;
            Assert.True(fault == ((bool?)answer["result"]!["isError"] ?? false), text);
            return text;
        }

        public async Task<ChildResult> EndAsync()
        {
            _asked.Writer.TryComplete();
            return await _process.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            _asked.Writer.TryComplete();
            return _process.DisposeAsync();
        }

        private void Write(JsonObject message) => _asked.Writer.TryWrite(message.ToJsonString() + "\n");

        private async Task WriteAsync(Stream input, CancellationToken cancel)
        {
            await foreach (var line in _asked.Reader.ReadAllAsync(cancel))
            {
                await input.WriteAsync(Encoding.UTF8.GetBytes(line), cancel);
                await input.FlushAsync(cancel);
            }
        }

        private void Take(ReadOnlyMemory<byte> chunk, bool isError)
        {
            foreach (var letter in isError ? [] : chunk.ToArray())
            {
                if (letter != '\n')
                {
                    _line.Add(letter);
                    continue;
                }

                _told.Writer.TryWrite(JsonNode.Parse(Encoding.UTF8.GetString([.. _line]))!.AsObject());
                _line.Clear();
            }
        }
    }
}
