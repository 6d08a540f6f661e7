using System.CommandLine;
using System.CommandLine.Parsing;
using AutoBuild.Configuration;

namespace AutoBuild.Commands;

/// <summary>Says what was wrong with a command line, and what may have been meant.</summary>
internal static class WrongUse
{
    /// <summary>Returns one sentence, and where to read on.</summary>
    public static string Explain(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        return $"{Sentence(parse, command)}\nSee: {Path(parse)} --help";
    }

    /// <summary>Finds an option that does not exist and so was taken for an argument; after <c>--</c> everything is text.</summary>
    public static string? TakenForText(ParseResult parse) => parse.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? null
        : parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
            .FirstOrDefault(text => text.Length > 1 && text[0] == '-');

    private static string Sentence(ParseResult parse, Command command)
    {
        var unknown = TakenForText(parse) ?? (parse.UnmatchedTokens is [var unmatched, ..] ? unmatched : null);
        if (unknown is { } token)
        {
            if (parse.Tokens.Any(typed => typed.Type == TokenType.DoubleDash) && token.StartsWith('-'))
            {
                return $"'{token}' stands after '--', where everything is text. Put options before it.";
            }

            var kind = token.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            return $"Unknown {kind} '{token}'.{Meant(token, Names(command, kind))}";
        }

        if (command.Subcommands.Count > 0 && command is not RootCommand)
        {
            var verbs = command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name);
            return $"'{Path(parse)}' needs to know what to do: {string.Join(", ", verbs)}.";
        }

        return parse.Errors is [var error, ..] ? Sentence(error, command) : "Nothing to do.";
    }

    private static string Sentence(ParseError error, Command command) => error.SymbolResult switch
    {
        OptionResult { Tokens: [var value, ..] } option when error.Message.StartsWith("Cannot parse", StringComparison.Ordinal) => $"{option.Option.Name} expects a number, got '{value.Value}'.",
        OptionResult { Tokens: [var value, ..] } option when Allowed(error) is { Count: > 0 } words => NoneOf(option.Option.Name, value.Value, words),
        ArgumentResult { Tokens: [var value, ..] } argument when Allowed(error) is { Count: > 0 } words => NoneOf(argument.Argument.Name, value.Value, words),
        CommandResult or ArgumentResult when command.Arguments.Count > 0 && error.Message.StartsWith("Required argument", StringComparison.Ordinal) =>
            $"'{command.Name}' needs {string.Join(" and ", command.Arguments.Select(argument => argument.Name))}.",
        _ => error.Message,
    };

    private static string NoneOf(string name, string value, IReadOnlyList<string> words) =>
        $"{name} expects one of {string.Join(", ", words)}, got '{value}'.{Meant(value, words)}";

    // The parser names the words only in its sentence, each on a line of its own.
    private static List<string> Allowed(ParseError error) =>
        [.. error.Message.Split('\n').Skip(1).Select(line => line.Trim().Trim('\'')).Where(line => line.Length > 0)];

    private static string Meant(string token, IEnumerable<string> names) =>
        Spelling.Nearest(token, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    private static IEnumerable<string> Names(Command command, string kind) => kind switch
    {
        "command" => command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name),
        "option" => command.Options.Concat(CommonOptions.All).Where(option => !option.Hidden).Select(option => option.Name).Append("--help"),
        _ => [],
    };

    private static string Path(ParseResult parse)
    {
        var names = new List<string>();
        for (var result = parse.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            names.Add(result.Command is RootCommand ? "autobuild" : result.Command.Name);
        }

        names.Reverse();
        return string.Join(' ', names);
    }
}
