using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Runner;

/// <summary>Runs agents by their declarations, with stand-ins for their programs.</summary>
public sealed class DeclaredAgentTests
{
    [Fact]
    public async Task Placeholders_are_filled_without_a_shell_and_what_has_no_value_is_left_out()
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = Declare(bench, new AgentDeclaration
        {
            Name = "mine",
            Command = [["mine"], ["--model", "{model}"], ["--resume", "{session}"], ["--turns={max_turns}"], ["--context", "{context_file}"]],
            Environment = new Dictionary<string, string> { ["QUIET"] = "yes" },
        });
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { Model = "a/b:c" } };

        var report = await bench.RunAsync();

        Assert.Equal(RunOutcome.Changed, report.Outcome);
        Assert.Equal(["--model", "a/b:c", "--turns=50", "--context"], program.Arguments(1).SkipLast(1));
        Assert.True(File.Exists(program.Arguments(1)[^1]) || program.Arguments(1)[^1].StartsWith(bench.Spec.Tree.Temp, StringComparison.Ordinal));
        Assert.Equal("Do it\n\nplease", program.Input(1));
        Assert.Contains("QUIET=yes", program.Variables(1));
    }

    [Fact]
    public async Task A_prompt_in_an_argument_is_one_word_and_never_an_option()
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = Declare(bench, new AgentDeclaration { Name = "mine", Command = [["mine"], ["-p", "{prompt}"]], Prompt = PromptPlace.Argument });
        bench.Spec = bench.Spec with { Ticket = bench.Spec.Ticket! with { Prompt = "--yolo $(touch broken) `touch broken`; touch broken" } };

        await bench.RunAsync();

        Assert.Equal(["-p", " --yolo $(touch broken) `touch broken`; touch broken"], program.Arguments(1).Take(2));
        Assert.Empty(program.Input(1));
        Assert.Null(await bench.FileAsync("broken"));
    }

    [Fact]
    public async Task A_prompt_too_long_for_an_argument_is_refused_in_words()
    {
        await using var bench = await RunBench.CreateAsync("");
        Declare(bench, new AgentDeclaration { Name = "mine", Command = [["mine"], ["{prompt}"]], Prompt = PromptPlace.Argument });
        bench.Spec = bench.Spec with { Ticket = bench.Spec.Ticket! with { Prompt = new string('x', 140_000) } };

        var report = await bench.RunAsync();

        Assert.Equal(("prompt_too_large", false), (report.Error!.Code, report.Error.Retry));
        Assert.Contains("131,000 bytes", report.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_in_a_file_is_there_whole_with_what_the_run_has_to_say()
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = Declare(bench, new AgentDeclaration { Name = "mine", Command = [["mine"], ["{prompt_file}"]], Prompt = PromptPlace.File }, "cat \"$1\" > \"$kept/prompt\"");
        bench.Spec = bench.Spec with { Ticket = bench.Spec.Ticket! with { Prompt = new string('x', 140_000) } };

        await bench.RunAsync();

        var prompt = await File.ReadAllTextAsync(Path.Combine(bench.Spec.Tree.Home, "stand-in", "mine", "prompt"), TestContext.Current.CancellationToken);
        Assert.StartsWith(new string('x', 140_000) + "\n\n---\n\n", prompt, StringComparison.Ordinal);
        Assert.Single(program.Arguments(1));
    }

    [Fact]
    public async Task It_is_read_by_the_schema_it_names_and_goes_on_with_its_session()
    {
        await using var bench = await RunBench.CreateAsync("");
        var program = Declare(bench, new AgentDeclaration
        {
            Name = "mine", Command = [["mine"], ["--new"]], Resume = [["mine"], ["--resume", "{session}"]], Output = AgentOutput.Claude,
        }, "cat \"$said/claude/success.jsonl\"");
        bench.Spec = bench.Spec with { Qa = RunBench.Check("! grep -qs 1 made.txt") };

        var report = await bench.RunAsync();

        Assert.Equal((RunOutcome.Changed, "6d9b8723-d14c-460c-b655-bf31c8d43d32"), (report.Outcome, report.SessionId));
        Assert.Equal(["--new"], program.Arguments(1));
        Assert.Equal(["--resume", report.SessionId!], program.Arguments(2));
        Assert.Contains(bench.Events, line => line.Kind == RunEventKind.ToolCall);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        await using var bench = await RunBench.CreateAsync("");
        Declare(bench, new AgentDeclaration { Name = "mine", Command = [["no-such-program"]] });

        var report = await bench.RunAsync();

        Assert.Equal(("agent_missing", false), (report.Error!.Code, report.Error.Retry));
        Assert.Contains("no-such-program", report.Error.Message, StringComparison.Ordinal);
    }

    private static StandInProgram Declare(RunBench bench, AgentDeclaration declared, string body = "true")
    {
        var program = new StandInProgram(bench, "mine", $"{body}; echo $turn > made.txt");
        bench.Spec = bench.Spec with { Agent = bench.Spec.Agent! with { Declaration = declared } };
        return program;
    }
}
