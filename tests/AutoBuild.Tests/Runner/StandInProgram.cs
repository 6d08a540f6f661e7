using System.Text.Json.Nodes;

namespace AutoBuild.Tests.Runner;

/// <summary>Stands in for an agent's command line on the agent's PATH: keeps what it was given and prints what the real one printed.</summary>
internal sealed class StandInProgram
{
    private readonly RunBench _bench;
    private readonly string _name;

    /// <param name="body">Shell that runs in the tree; <c>$said</c> is the transcripts' folder, <c>$turn</c> counts from 1.</param>
    public StandInProgram(RunBench bench, string name, string body)
    {
        (_bench, _name) = (bench, name);
        var folder = Directory.CreateDirectory(Path.Combine(bench.Root, "bin")).FullName;
        var program = Path.Combine(folder, name);
        File.WriteAllText(program, $"""
            #!/bin/sh
            kept="$AUTOBUILD_STAND_IN"
            mkdir -p "$kept"
            turn=$(($(ls "$kept" | grep -c arguments) + 1))
            said="$AUTOBUILD_TRANSCRIPTS"
            printf '%s\n' "$@" > "$kept/arguments.$turn"
            {(name == "claude" ? "IFS= read -r line; printf '%s' \"$line\"" : "cat")} > "$kept/input.$turn"
            env > "$kept/environment.$turn"
            {body}
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        bench.Environment["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}";
        bench.Environment["AUTOBUILD_STAND_IN"] = Kept;
        bench.Environment["AUTOBUILD_TRANSCRIPTS"] = AgentReaderTests.Folder;
        bench.Spec = bench.Spec with { AllowedEnvironment = ["PATH", "AUTOBUILD_STAND_IN", "AUTOBUILD_TRANSCRIPTS"], Agent = bench.Spec.Agent! with { Name = name, Script = null } };
    }

    // In the agent's HOME, which it may write whatever is closed to it besides.
    private string Kept => Path.Combine(_bench.Spec.Tree.Home, "stand-in", _name);

    public int Turns => Directory.EnumerateFiles(Kept, "arguments.*").Count();

    public IReadOnlyList<string> Arguments(int turn) => File.ReadAllLines(Path.Combine(Kept, $"arguments.{turn}"));

    /// <summary>The prompt; Claude Code gets it as a line of JSON, and further messages behind it.</summary>
    public string Input(int turn)
    {
        var given = File.ReadAllText(Path.Combine(Kept, $"input.{turn}"));
        return _name == "claude" ? JsonNode.Parse(given)!["message"]!["content"]![0]!["text"]!.GetValue<string>() : given;
    }

    public string[] Variables(int turn) => File.ReadAllLines(Path.Combine(Kept, $"environment.{turn}"));
}
