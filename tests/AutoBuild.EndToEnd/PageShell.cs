using System.Text.RegularExpressions;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd;

/// <summary>Runs the commands of a page in one bash, as a reader would who types them in one after the other.</summary>
/// <remarks>The first command that fails ends it. <c>autobuild</c> is the real binary, and takes any free port.</remarks>
internal sealed partial class PageShell : IDisposable
{
    private const char Mark = '\u001e';
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public PageShell()
    {
        var bin = Directory.CreateDirectory(Path.Combine(Home, "bin")).FullName;
        Variables["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}";
        Variables["HOME"] = Home;
        Variables["PORT"] = "0";
        Variables["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? "";
        var dotnet = Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
        Program("autobuild", $"exec '{dotnet}' '{Path.Combine(AppContext.BaseDirectory, "autobuild.dll")}' \"$@\"");
        File.WriteAllText(Path.Combine(Home, ".gitconfig"), "[user]\n\tname = Sam\n\temail = sam@example.org\n");
    }

    public string Home { get; } = Directory.CreateTempSubdirectory("autobuild-page-").FullName;

    /// <summary>The reader's environment.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Puts a program on the reader's PATH.</summary>
    public void Program(string name, string script)
    {
        var path = Path.Combine(Home, "bin", name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Runs all blocks and holds each against the answer that the page shows.</summary>
    /// <param name="name">What a fault names.</param>
    public async Task HoldAsync(string name, IReadOnlyList<PageBlock> blocks)
    {
        var script = "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\ncd ~\n"
            + string.Concat(blocks.Select(block => $"printf '{Mark}'\n{block.Commands}\n"));
        var result = await ChildProcess.RunAsync(
            new ChildCommand("bash", ["-c", script]) { WorkingDirectory = Home, Environment = Variables, WallLimit = Patience }, null, TestContext.Current.CancellationToken);
        var said = result.Output.Split(Mark)[1..];
        Assert.True(
            result.ExitCode == 0 && said.Length == blocks.Count,
            $"{name}:{blocks[said.Length - 1].Line}: its commands end the shell with {result.ExitCode}, after block {said.Length} of {blocks.Count}.\n{said[^1]}\n{result.Error}");
        foreach (var (block, answer) in blocks.Zip(said))
        {
            if (block.Answer is { } shown)
            {
                Assert.Equal($"{name}:{block.Line}\n{Tame(shown)}", $"{name}:{block.Line}\n{Tame(answer)}");
            }
        }
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);

    /// <summary>Leaves out what is another one each time: ids, times, hashes, addresses.</summary>
    private static string Tame(string text) => Wild().Replace(text.Trim().ReplaceLineEndings("\n"), "*");

    [GeneratedRegex(
        """
        [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} | \b[0-9a-f]{40}\b | \b[0-9a-f]{7,10}\.\.[0-9a-f]{7,10}\b
        | [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|\+00:00) | (?<="trace_id":\ ?")[^"]+ | \b[0-9]+\.[0-9]\ s\b | (?<=127\.0\.0\.1:)[0-9]+
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Wild();
}
