using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;

namespace AutoBuild.Tests.Runner;

public sealed class LoopDetectorTests
{
    private const long Second = 1;

    private static readonly LoopLimits Limits = new(40, TimeSpan.FromMinutes(10));

    /// <summary>What ends: lines of one round, where # is a number that differs from round to round; after how many rounds.</summary>
    [Theory]
    [InlineData("call Read a.txt", 40)]
    [InlineData("call Read a.txt|result same", 40)]
    [InlineData("call Read a.txt|result same|say Let me look again (#)", 40)]
    [InlineData("call Read a|result 1|call Read b|result 2|call Read c|result 3", 40)]
    [InlineData("call Test|result 1 failed|say once more #|think hm #", 40)]
    public void The_same_calls_with_the_same_answers_end_the_agent(string round, int rounds)
    {
        var detector = new LoopDetector(Limits);
        Assert.Null(Run(detector, round, rounds - 1));
        Assert.Equal("agent_repeats", Run(detector, round, 1)?.Code);
    }

    [Theory]
    [InlineData("call Read file #|result text")]
    [InlineData("call Poll build|result still running, # s")]
    [InlineData("call Edit a.txt|result done|file a.txt")]
    [InlineData("say [=======>   ] # %")]
    [InlineData("say .")]
    [InlineData("say ok|say ok|say ok")]
    [InlineData("say Waiting for the build…")]
    [InlineData("think hm")]
    public void Work_builds_and_progress_bars_do_not(string round) => Assert.Null(Run(new LoopDetector(Limits), round, 5_000));

    [Fact]
    public void A_different_call_in_between_begins_anew()
    {
        var detector = new LoopDetector(Limits);
        for (var n = 0; n < 20; n++)
        {
            Assert.Null(Run(detector, "call Read a.txt|result same", 39));
            Assert.Null(Run(detector, $"call Read {n}|result {n}", 1));
        }
    }

    [Theory]
    [InlineData("say the same", 599, 5, null)]
    [InlineData("say the same", 600, 5, false)]
    [InlineData("say the same", 600, 30, null)]
    [InlineData("say line #", 3600, 1, null)]
    [InlineData("call A # of 20", 599, 5, null)]
    [InlineData("call A # of 20", 700, 5, true)]
    [InlineData("call A # of 20|file x", 3600, 5, null)]
    public void Nothing_new_for_long_is_a_stall_when_it_is_not_silence(string round, int seconds, int every, bool? calls)
    {
        var detector = new LoopDetector(Limits);
        for (var at = 0; at <= seconds; at += every)
        {
            // A cycle too long for the other rule.
            Run(detector, round.Replace("# of 20", $"{at / every % 20}", StringComparison.Ordinal), 1, at);
        }

        Assert.Equal(calls, detector.Stall(seconds, Second)?.Calls);
    }

    [Fact]
    public void Who_gets_on_has_no_stall()
    {
        var detector = new LoopDetector(Limits);
        Run(detector, "say x", 100);
        Assert.NotNull(detector.Stall(1000, Second));
        detector.GetsOn(1000);
        Run(detector, "say x", 100, 1001);
        Assert.Null(detector.Stall(1599, Second));
        Assert.NotNull(detector.Stall(1600, Second));
    }

    [Fact]
    public void Zero_never_ends_anything()
    {
        var detector = new LoopDetector(new LoopLimits(0, TimeSpan.Zero));
        Assert.Null(Run(detector, "call A|result B", 1_000));
        Assert.Null(detector.Stall(1_000_000, Second));
    }

    private static RunError? Run(LoopDetector detector, string round, int rounds, long now = 0)
    {
        RunError? fault = null;
        for (var n = 0; n < rounds; n++)
        {
            foreach (var line in round.Replace("#", $"{n} at {now}", StringComparison.Ordinal).Split('|'))
            {
                fault ??= detector.Heed(Line(line), now);
            }
        }

        return fault;
    }

    private static AgentLine Line(string text)
    {
        var (kind, rest) = (text.Split(' ')[0], text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        return new AgentLine
        {
            Kind = kind switch
            {
                "call" => RunEventKind.ToolCall,
                "result" => RunEventKind.ToolResult,
                "file" => RunEventKind.FileChange,
                "think" => RunEventKind.Thinking,
                _ => RunEventKind.Message,
            },
            Text = rest,
        };
    }
}
