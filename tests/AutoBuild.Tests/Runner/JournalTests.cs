using System.Text;
using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;
using AutoBuild.Runner.Journal;
using AutoBuild.Runner.Pipeline;

namespace AutoBuild.Tests.Runner;

public sealed class JournalTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("autobuild-journal-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Numbering_goes_on_after_a_line_that_was_cut_off()
    {
        var path = Path.Combine(_root, "events.ndjson");
        using (var log = Events(path))
        {
            log.Add(RunEventKind.Message, "one");
            log.Add(RunEventKind.Message, "zwei €");
        }
        File.AppendAllText(path, "{\"seq\":3,\"ki");
        using (var log = Events(path))
        {
            log.Add(RunEventKind.Message, "three");
        }
        var events = File.ReadAllLines(path).Select(CoreJson.Read<RunEvent>).ToList();
        Assert.Equal([(1, "one"), (2, "zwei €"), (3, "three")], events.Select(e => (e.Seq, e.Text!)));
    }

    [Fact]
    public void Long_texts_are_shortened_within_the_limit_and_not_within_a_character()
    {
        var path = Path.Combine(_root, "events.ndjson");
        using (var log = Events(path))
        {
            log.Add(RunEventKind.Message, string.Concat(Enumerable.Repeat("𐍈", 5_000)));
        }
        var text = CoreJson.Read<RunEvent>(File.ReadAllLines(path)[0]).Text!;
        Assert.InRange(text.Length, 3_990, 4_000);
        Assert.DoesNotContain('\uFFFD', text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(1_999)]
    [InlineData(2_000)]
    [InlineData(2_001)]
    [InlineData(2_999)]
    [InlineData(3_001)]
    [InlineData(50_000)]
    public void The_log_keeps_the_first_and_last_halves(int size)
    {
        var bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, size / 5 + 1).Select(n => $"{n:0000}\n")))[..size];
        var path = Path.Combine(_root, "agent.log");
        using (var log = new RawLog(new RunFolder(_root), 2_000))
        {
            foreach (var chunk in bytes.Chunk(137))
            {
                log.Write(chunk);
            }
        }
        var kept = File.ReadAllBytes(path);
        Assert.Single(Directory.GetFiles(_root));
        if (size <= 2_000)
        {
            Assert.Equal(bytes, kept);
            return;
        }
        Assert.Equal(bytes[..1_000], kept[..1_000]);
        Assert.Equal(bytes[^1_000..], kept[^1_000..]);
        Assert.Contains($"{size - 2_000} bytes left out", Encoding.ASCII.GetString(kept[1_000..^1_000]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_many_megabytes_stays_whole()
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(lines.Add);
        var whole = new string('x', 15_000_000);
        var bytes = System.Text.Encoding.UTF8.GetBytes($"{whole}\nshort\n{whole}\n");
        for (var at = 0; at < bytes.Length; at += 64 * 1024)
        {
            splitter.Push(bytes.AsSpan(at, Math.Min(64 * 1024, bytes.Length - at)));
        }
        Assert.Equal([whole, "short", whole], lines);
    }

    [Fact]
    public void Lines_are_cut_at_breaks_wherever_the_chunks_end()
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(lines.Add, longest: 10);
        foreach (var b in "ä\r\nzwei\n\n12345678901234\nrest"u8.ToArray())
        {
            splitter.Push([b]);
        }
        splitter.Flush();
        Assert.Equal(["ä", "zwei", "1234567890", "rest"], lines);
    }

    [Fact]
    public async Task Half_a_control_line_waits_for_its_end_and_nonsense_is_a_warning()
    {
        var path = Path.Combine(_root, "control.ndjson");
        using var events = Events(Path.Combine(_root, "events.ndjson"));
        using var stop = new RunStop();
        await using var control = new ControlFollower(path, new RunLimits(), stop, new Allowance(null, null), events, TimeProvider.System);
        var line = CoreJson.Write(new RunControl(RunControlKind.Message, DateTimeOffset.UnixEpoch, "hello")) + "\n";
        Assert.Empty(control.TakeMessages());
        File.WriteAllText(path, line[..20]);
        Assert.Empty(control.TakeMessages());
        File.AppendAllText(path, line[20..] + "nonsense\n");
        Assert.Equal(["hello"], control.TakeMessages());
        Assert.Empty(control.TakeMessages());
        Assert.Null(stop.Cause);
    }

    [Fact]
    public void The_first_cause_of_a_stop_counts()
    {
        using var stop = new RunStop();
        stop.Request(StopCause.LostRenewal, "gone");
        stop.Request(StopCause.Cancelled, "asked");
        Assert.Equal((StopCause.LostRenewal, "gone"), (stop.Cause, stop.Reason));
    }

    [Theory]
    [InlineData("{\"autobuild\":\"usage\",\"input_tokens\":\"many\"}", RunEventKind.Usage)]
    [InlineData("{\"autobuild\":\"usage\",\"input_tokens\":1e27,\"turns\":5000000000}", RunEventKind.Usage)]
    [InlineData("{\"autobuild\":\"unheard-of\"}", RunEventKind.Message)]
    [InlineData("{\"autobuild\":7}", RunEventKind.Message)]
    [InlineData("{\"autobuild\":\"tool\"", RunEventKind.Message)]
    [InlineData("[\"autobuild\"]", RunEventKind.Message)]
    [InlineData("{\"autobuild\":\"session\",\"id\":\"abc\"}", RunEventKind.Usage)]
    public void Any_line_is_readable(string line, RunEventKind kind) => Assert.Equal(kind, AgentLine.Read(line).Kind);

    [Fact]
    public void Half_a_character_is_replaced()
    {
        var line = AgentLine.Read("""{"autobuild":"tool","text":"a\ud83d","name":"\udc4db"}""");
        Assert.Equal(("a\ufffd", "\ufffdb"), (line.Text, line.Name));
    }

    [Theory]
    [InlineData("deploy/", "deploy/a/b.txt", true)]
    [InlineData("deploy", "src/deploy/b.txt", true)]
    [InlineData("/deploy", "deploy", true)]
    [InlineData("*.lock", "a/b/yarn.lock", true)]
    [InlineData("src/*.cs", "src/a.cs", true)]
    [InlineData("src/*.cs", "src/a/b.cs", false)]
    [InlineData("src/**/b.cs", "src/b.cs", true)]
    [InlineData("src/**/b.cs", "src/x/y/b.cs", true)]
    [InlineData(".github/workflows", ".github/workflows/ci.yml", true)]
    [InlineData(".github/workflows", ".github/other.yml", false)]
    [InlineData("deploy", "deployment/a.txt", false)]
    public void Protected_paths(string pattern, string file, bool hit) => Assert.Equal(hit, Protected.Changed([pattern], [file]).Count == 1);

    private static EventLog Events(string path) => new(path, TimeProvider.System, text => text);

    [Fact]
    public void Every_kind_of_control_line_is_read_as_it_was_written()
    {
        foreach (var kind in Enum.GetValues<RunControlKind>())
        {
            var control = new RunControl(kind, DateTimeOffset.UnixEpoch, kind == RunControlKind.Renew ? null : "say \"ä\"");

            Assert.Equal(control, ControlReader.Read(CoreJson.Write(control)));
        }
        Assert.Equal("document_invalid", Assert.Throws<AutoBuildException>(() => ControlReader.Read("""{"kind":"dance","at":"1970-01-01T00:00:00+00:00"}""")).Code);
    }
}
