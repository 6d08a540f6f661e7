using System.Text;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

public sealed class OutputTests
{
    [Fact]
    public async Task Events_are_numbered_without_gaps_and_tell_the_run_in_order()
    {
        await using var bench = await RunBench.CreateAsync("think hm\nplan one, two\ntool read a.txt\nprint said\nusage input=10 output=5 cost=0.25\nwrite a.txt: x");
        var report = await bench.RunAsync();
        var events = bench.Events;

        Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Seq));
        Assert.Equal([RunPhase.Preparing, RunPhase.Agent, RunPhase.Committing, RunPhase.Qa, RunPhase.Reporting],
            events.Where(e => e.Phase is not null).Select(e => e.Phase!.Value));
        RunEventKind[] kinds = [RunEventKind.AgentStarted, RunEventKind.Thinking, RunEventKind.Plan, RunEventKind.ToolCall, RunEventKind.Message,
            RunEventKind.Usage, RunEventKind.FileChange, RunEventKind.AgentEnded, RunEventKind.Committed, RunEventKind.Result];
        Assert.Equal(kinds, events.Select(e => e.Kind).Where(kinds.Contains));
        Assert.True(events.First(e => e.Kind == RunEventKind.AgentStarted).Pid > 0);
        Assert.Equal((10, 5, 0.25m), (report.Usage.InputTokens, report.Usage.OutputTokens, report.Usage.CostUsd));
    }

    [Fact]
    public async Task A_prompt_of_a_megabyte_arrives_byte_for_byte()
    {
        var nasty = "--help\n'\"$(touch pwned)`id`\\ \0 ü€𐍈\r\n\t-rf * ; && || > < % ! #\n";
        var prompt = string.Concat(Enumerable.Repeat(nasty, 1_100_000 / nasty.Length)) + "no line break at the end";
        await using var bench = await RunBench.CreateAsync("save-prompt prompt.txt");
        bench.Spec = bench.Spec with { Ticket = bench.Spec.Ticket! with { Prompt = prompt } };
        await bench.RunAsync();
        Assert.Equal(Encoding.UTF8.GetBytes(prompt), await bench.Clone.ReadFileAsync("refs/heads/" + bench.Spec.Tree.Branch, "prompt.txt", TestContext.Current.CancellationToken));

        await using var plain = await RunBench.CreateAsync("");
        plain.Spec = plain.Spec with { Ticket = plain.Spec.Ticket! with { Prompt = prompt }, Agent = RunBench.Command("cat > prompt.txt") };
        await plain.RunAsync();
        Assert.Equal(Encoding.UTF8.GetBytes(prompt), await plain.Clone.ReadFileAsync("refs/heads/" + plain.Spec.Tree.Branch, "prompt.txt", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_prompt_of_odd_text_arrives_byte_for_byte_and_nothing_of_it_is_run()
    {
        var made = Path.Combine(Path.GetTempPath(), $"autobuild-run-{Guid.NewGuid():N}");
        var odd = $"--help -n\n$(touch {made}) `touch {made}` ; touch {made} | & > {made}\r\n'\"\\ ${{HOME}} %s !! {{{{prompt}}}}\t\u001b[31m漢字 עברית العربية ไทย 🧵 e\u0301\u200d\n\r\n\n ";
        await using var bench = await RunBench.CreateAsync("save-prompt prompt.txt");
        bench.Spec = bench.Spec with
        {
            Ticket = bench.Spec.Ticket! with { Title = odd, Prompt = odd },
            Project = bench.Spec.Project with { Name = odd.ReplaceLineEndings(" ") },
            Qa = new RunQa { Checks = [new QaCheck { Name = $"$(touch {made})", Command = "true" }] },
        };
        await bench.RunAsync();
        Assert.Equal(odd, await bench.FileAsync("prompt.txt"));

        await bench.NextAttemptAsync();
        bench.Spec = bench.Spec with { Agent = RunBench.Command("cat > again.txt") };
        await bench.RunAsync();
        Assert.Equal(odd, await bench.FileAsync("again.txt"));
        Assert.False(File.Exists(made));
    }

    [Fact]
    public async Task An_agent_that_does_not_read_its_prompt_is_no_trouble()
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Ticket = bench.Spec.Ticket! with { Prompt = new string('x', 3_000_000) }, Agent = RunBench.Command("echo x > a.txt") };
        Assert.Equal(RunOutcome.Changed, (await bench.RunAsync()).Outcome);
    }

    [Fact]
    public async Task Plain_lines_of_a_command_are_messages_and_foreign_json_is_left_alone()
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command("""echo hello; echo '{"type":"result"}'; echo '{"autobuild":"tool","name":"Edit","text":"a.txt"}'; echo oops >&2; echo x > a.txt""") };
        await bench.RunAsync();
        Assert.Superset(new HashSet<string?> { "hello", """{"type":"result"}""", "oops" }, bench.Events.Where(e => e.Kind == RunEventKind.Message).Select(e => e.Text).ToHashSet());
        Assert.Contains(bench.Events, e => e is { Kind: RunEventKind.ToolCall, Name: "Edit", Text: "a.txt" });
    }

    [Fact]
    public async Task A_flood_is_capped_in_the_log_and_in_the_events()
    {
        await using var bench = await RunBench.CreateAsync("print the beginning\nflood 20 MB\nprint the end\nwrite a.txt: x");
        bench.Spec = bench.Spec with { Limits = bench.Spec.Limits with { LogBytes = 100_000 } };
        Assert.Equal(RunOutcome.Changed, (await bench.RunAsync()).Outcome);

        Assert.InRange(new FileInfo(bench.Folder.AgentLog).Length, 90_000, 101_000);
        Assert.StartsWith("the beginning\n", bench.Log, StringComparison.Ordinal);
        Assert.Contains("\nthe end\n", bench.Log, StringComparison.Ordinal);
        Assert.Contains("bytes left out here", bench.Log, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(bench.Folder.Events).Length, 1, 10_000_000);
        Assert.Equal(["agent.log", "events.ndjson", "report.json", "spec.json"], Directory.GetFiles(bench.Folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Secrets_are_masked_wherever_they_show_also_across_chunks()
    {
        const string secret = "s3cr3t-value-0123456789";
        await using var bench = await RunBench.CreateAsync("""
            run printf '%s' "$TOKEN" | head -c 9; sleep 0.3; printf '%s\n' "$TOKEN" | tail -c +10
            tool show {{TOKEN}}
            print {{TOKEN}}
            ask may I use {{TOKEN}}?
            """, (".autobuild.yaml", $"setup: ['echo {secret}']\n"));
        bench.Spec = bench.Spec with { SecretNames = ["TOKEN"] };
        bench.Secrets["TOKEN"] = secret;
        var report = await bench.RunAsync();

        Assert.Equal("may I use ***?", report.Question);
        foreach (var file in Directory.GetFiles(bench.Folder.Path))
        {
            Assert.DoesNotContain(secret, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        Assert.Contains("***", bench.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Characters_that_are_no_utf8_do_no_harm()
    {
        await using var bench = await RunBench.CreateAsync("");
        bench.Spec = bench.Spec with { Agent = RunBench.Command("printf 'a\\377b\\n'; echo x > a.txt") };
        await bench.RunAsync();
        Assert.Contains(bench.Events, e => e.Text == "a\uFFFDb");
        Assert.Contains((byte)0xFF, await File.ReadAllBytesAsync(bench.Folder.AgentLog, TestContext.Current.CancellationToken));
    }
}
