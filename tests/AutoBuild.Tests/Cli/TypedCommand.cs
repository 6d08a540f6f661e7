using System.CommandLine;
using System.Text.Json.Nodes;
using AutoBuild.Commands;

namespace AutoBuild.Tests.Cli;

/// <summary>Runs a command in this process, as if it had been typed into a pipe.</summary>
internal sealed record TypedCommand(int ExitCode, string Out, string Error)
{
    /// <summary>Reads stdout as the one JSON object it has to be.</summary>
    public JsonObject Json => JsonNode.Parse(Out)!.AsObject();

    public static Terminal Silent { get; } = new(TextReader.Null, TextWriter.Null, TextWriter.Null, false, false, new Dictionary<string, string>(), TimeProvider.System);

    public static Task<TypedCommand> RunAsync(params string[] args) => RunAsync(new Dictionary<string, string>(), args);

    public static Task<TypedCommand> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] args) => RunAsync(TextReader.Null, environment, args);

    public static async Task<TypedCommand> RunAsync(TextReader input, IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(input, output, error, false, false, environment, TimeProvider.System);
        var code = await CommandLine.RunAsync(args, terminal);
        return new TypedCommand(code, output.ToString(), error.ToString());
    }

    /// <summary>Lists every command of the tree with the words that name it.</summary>
    public static IEnumerable<(string Path, Command Command)> All() => Below("", CommandLine.Create());

    private static IEnumerable<(string Path, Command Command)> Below(string path, Command command)
    {
        foreach (var child in command.Subcommands.Where(child => !child.Hidden))
        {
            var name = $"{path}{child.Name}";
            yield return (name, child);
            foreach (var deeper in Below($"{name} ", child))
            {
                yield return deeper;
            }
        }
    }
}
