using System.Text;
using System.Text.Json.Nodes;
using AutoBuild.Tests.Api;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Cli;

/// <summary>Lets the real program watch, and presses Ctrl-C.</summary>
public sealed class WatchTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Into_a_pipe_goes_an_object_for_each_change_and_ctrl_c_ends_it_well()
    {
        await using var watch = new Watching(server, "ticket", "list", "--project", "shared", "--watch", "--json");
        await watch.SaidAsync("\"tickets\"");
        var ticket = await server.MakeTicketAsync("Seen at once");
        await watch.SaidAsync("Seen at once");

        var ended = await watch.InterruptAsync();

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        var pictures = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!["tickets"]!.AsArray()).ToList();
        Assert.DoesNotContain(pictures[0], shown => (string?)shown!["id"] == ticket.ToString());
        Assert.Contains(pictures[^1], shown => (string?)shown!["id"] == ticket.ToString());
        Assert.Equal(pictures.Count, pictures.Select(picture => picture.ToJsonString()).Distinct().Count());
    }

    [Fact]
    public async Task Into_a_pipe_goes_a_block_for_each_change()
    {
        await using var watch = new Watching(server, "ticket", "list", "--project", "shared", "--watch");
        await watch.SaidAsync("o");
        await server.MakeTicketAsync("A second block");
        await watch.SaidAsync("A second block");

        var ended = await watch.InterruptAsync();

        Assert.Contains("\n\nid ", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', ended.Output);
    }

    [Fact]
    public async Task Events_are_a_line_each()
    {
        await using var watch = new Watching(server, "events", "--kind", "ticket.changed", "--after", "0", "--json");
        var ticket = await server.MakeTicketAsync("Told as an event");
        await watch.SaidAsync("Told as an event");

        var ended = await watch.InterruptAsync();

        Assert.Equal(0, ended.ExitCode);
        var told = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).Single(line => (string?)line["data"]!["id"] == ticket.ToString());
        Assert.Equal("ticket.changed", (string?)told["kind"]);
        Assert.True(long.Parse((string)told["id"]!, System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    public async Task On_a_terminal_the_screen_is_drawn_anew()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no 'script', which makes a terminal.");
        await using var watch = new Watching(server, true, "ticket", "list", "--project", "shared", "--watch");
        await watch.SaidAsync("\e[H");
        await server.MakeTicketAsync("Drawn anew");
        await watch.SaidAsync("Drawn anew");

        var ended = await watch.InterruptAsync();

        Assert.True(ended.Output.Split("\e[H").Length > 2, ended.Output);
        Assert.Contains("╭", ended.Output, StringComparison.Ordinal);
        Assert.Contains("\e[J", ended.Output, StringComparison.Ordinal);
    }

    /// <summary>Is the program at work, with what it has said so far.</summary>
    private sealed class Watching : IAsyncDisposable
    {
        private readonly StringBuilder _said = new();
        private readonly SemaphoreSlim _more = new(0);
        private readonly ChildProcess _process;

        public Watching(ApiServer server, params string[] arguments)
            : this(server, false, arguments)
        {
        }

        public Watching(ApiServer server, bool terminal, params string[] arguments)
        {
            string[] all = [Path.Combine(AppContext.BaseDirectory, "autobuild.dll"), .. arguments, "--server", server.Server.Address.ToString(), "--token", server.Server.Token];
            var command = terminal ? new ChildCommand("script", ["-qefc", $"exec dotnet {string.Join(' ', all)}", "/dev/null"]) : new ChildCommand("dotnet", all);
            var environment = OwnEnvironment.Read().Append(new("TERM", "xterm-256color")).DistinctBy(variable => variable.Key).ToDictionary();
            _process = ChildProcess.Start(command with { Environment = environment }, (chunk, _) =>
            {
                lock (_said)
                {
                    _said.Append(Encoding.UTF8.GetString(chunk.Span));
                }

                _more.Release();
            });
        }

        public async Task SaidAsync(string text)
        {
            while (!Said().Contains(text, StringComparison.Ordinal))
            {
                Assert.True(await _more.WaitAsync(Patience, TestContext.Current.CancellationToken), $"'{text}' was not said: {Said()}");
            }
        }

        public async Task<ChildResult> InterruptAsync()
        {
            _process.Interrupt();
            return await _process.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await _process.KillAsync();
            await _process.DisposeAsync();
            _more.Dispose();
        }

        private string Said()
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }
}
