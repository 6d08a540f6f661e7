using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AutoBuild.Core.Runs;
using AutoBuild.ScriptedModel;
using AutoBuild.Workspaces;

namespace AutoBuild.Benchmarks;

/// <summary>Measures what a run costs above the agent's bare command line, turn about: the real Claude Code against a scripted model, and a shell that writes a file.</summary>
internal static class AgentBench
{
    private const int Files = 1_000;
    private const int Rounds = 15;
    private const int MemoryRounds = 3;

    private static readonly string Installed = Environment.GetEnvironmentVariable("AUTOBUILD_TEST_AGENTS") is { Length: > 0 } named
        ? named
        : Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "agents", "bin"));

    private static readonly JsonObject Script = JsonNode.Parse("""
        {"steps": [{"text": "I write it.", "tool": "Write", "input": {"file_path": "{{cwd}}/made.txt", "content": "made\n"}}, {"text": "Done."}]}
        """)!.AsObject();

    public static async Task RunAsync(TextWriter output)
    {
        await output.WriteLineAsync($"""
            | median of {Rounds}, turn about, {Files:#,0} files, no checks | wall, ms | CPU of all processes, ms |
            |---|---|---|
            """).ConfigureAwait(false);
        using var directory = new TemporaryDirectory();
        await using var model = await ModelServer.StartAsync(Script).ConfigureAwait(false);
        var site = await AgentSite.CreateAsync(directory, Files).ConfigureAwait(false);
        site.Environment["PATH"] = $"{Installed}:{site.Environment["PATH"]}";
        site.Environment["ANTHROPIC_BASE_URL"] = model.Address.ToString();
        site.Environment["ANTHROPIC_API_KEY"] = "any";
        var shell = new RunAgent { Name = "command", Command = "echo made > made.txt" };
        await CompareAsync(output, "a shell that writes a file", site, shell, new ChildCommand("/bin/sh", ["-c", shell.Command]), () => { }).ConfigureAwait(false);
        if (Executable.Find("claude", Installed) is not { } claude)
        {
            await output.WriteLineAsync("\nClaude Code is not installed: `tests/agents/install` brings it.").ConfigureAwait(false);
            return;
        }

        string[] arguments = ["--print", "--output-format", "stream-json", "--verbose", "--permission-mode", "acceptEdits", "--setting-sources=", "--strict-mcp-config"];
        var bare = new ChildCommand(claude, arguments) { StandardInput = Encoding.UTF8.GetBytes("Make a file.") };
        await CompareAsync(output, "Claude Code", site, new RunAgent { Name = KnownAgents.Claude }, bare, () => model.Load(Script)).ConfigureAwait(false);
    }

    private static async Task CompareAsync(TextWriter output, string name, AgentSite site, RunAgent agent, ChildCommand bare, Action before)
    {
        List<Cost> theirs = [], ours = [];
        var peak = 0.0;
        for (var round = -1; round < Rounds + MemoryRounds; round++)
        {
            before();
            var alone = await site.RunBareAsync(bare).ConfigureAwait(false);
            before();
            var run = await site.RunAsync(agent, watchMemory: round >= Rounds).ConfigureAwait(false);
            // The first warms up; to look at memory costs time.
            if (round is >= 0 and < Rounds)
            {
                theirs.Add(alone);
                ours.Add(run);
            }

            peak = Math.Max(peak, run.Megabytes);
        }

        var (wall, cpu) = (Median(ours, cost => cost.Wall) - Median(theirs, cost => cost.Wall), Median(ours, cost => cost.Cpu) - Median(theirs, cost => cost.Cpu));
        await output.WriteLineAsync($"""
            | {name}, bare | {Text(Median(theirs, cost => cost.Wall))} | {Text(Median(theirs, cost => cost.Cpu))} |
            | {name}, a run of ours from the runner's start to its end | {Text(Median(ours, cost => cost.Wall))} | {Text(Median(ours, cost => cost.Cpu))} |
            | above it (aim: 150 ms; memory of the runner at its peak {Text(peak)} MB of PSS, aim 40) | {Text(wall)} | {Text(cpu)} |
            """).ConfigureAwait(false);
    }

    private static double Median(List<Cost> costs, Func<Cost, double> of) => new Figures(costs.Select(of)).Median;

    private static string Text(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}

/// <summary>What one run cost: milliseconds, milliseconds of all its processes together, and megabytes at the peak where they were looked at.</summary>
internal readonly record struct Cost(double Wall, double Cpu, double Megabytes);
