using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using AutoBuild.Commands;

namespace AutoBuild.Tests.Cli;

/// <summary>Holds <c>docs/cli.md</c> against the commands there are.</summary>
public sealed class ReferenceTests
{
    private const string Head = """
        # Command line

        Written from the commands themselves; a test fails when it is not what they are (`UPDATE_DOCS=1` on that test writes it anew).

        Every command takes `--help`. Exit codes: **0** done, **1** the work failed (agent, checks, conflict, or the server refused),
        **2** wrong use, **3** something is missing or broken on this machine or at the server, **130** interrupted.
        `--json` prints exactly one object on stdout and everything else on stderr; a fault is `{"error": {"code", "message"}}`.
        The exception are streams, which print an object a line: `events`, `job logs --follow`, and whatever takes `--watch`.
        Into a pipe output has no colours, no lines around tables, and a line for each change; on a terminal tables are cut to its width, but ids never.
        `NO_COLOR` takes colours away, `FORCE_COLOR` or `CLICOLOR_FORCE` keeps them in a pipe, `TERM=dumb` counts as a pipe. Ids may be cut to their last letters, as lists show them.
        `--watch` shows the same again after each change, told by the server: on a terminal in place, into a pipe a block for each change with an empty line between. It, and `events`, are ended by Ctrl-C, with 0.
        Shells complete commands, options, their words, and names and ids of the server that runs: `autobuild completion --help`.
        At Ctrl-C `run` asks its job to stop and waits for it; a second Ctrl-C leaves at once, and the job goes on being stopped.
        Ctrl-C is how `up` and `serve` are ended, so they then end with 0; agents that are at work go on, and the next server takes them over.

        """;

    [Fact]
    public void TheReferenceIsWhatTheCommandsAre()
    {
        var file = Path.Combine(Root(), "docs", "cli.md");
        var written = Write();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(file, written);
        }

        Assert.Equal(written, File.ReadAllText(file));
    }

    private static string Write()
    {
        var text = new StringBuilder(Head).Append("\n## Options of every command\n\n");
        Options(text, CommonOptions.All);
        foreach (var (path, command) in TypedCommand.All())
        {
            text.Append('\n').Append('#', path.Split(' ').Length + 1).Append($" autobuild {path}\n\n{command.Description}\n\n");
            if (command is Verb verb)
            {
                text.Append($"```sh\n{verb.Example}\n```\n");
                Members(text, verb);
            }
        }

        return text.ToString();
    }

    private static void Members(StringBuilder text, Verb verb)
    {
        if (verb.Arguments.Count + verb.Options.Count == 0)
        {
            return;
        }

        text.Append('\n');
        foreach (var argument in verb.Arguments)
        {
            text.Append($"- `{argument.Name}`: {argument.Description}\n");
        }

        Options(text, verb.Options);
    }

    private static void Options(StringBuilder text, IEnumerable<Option> options)
    {
        foreach (var option in options.Where(option => !option.Hidden))
        {
            var names = string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).Prepend(option.Name));
            text.Append($"- `{names}{(option.HelpName is { } value ? $" {value}" : "")}`: {option.Description}\n");
        }
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
