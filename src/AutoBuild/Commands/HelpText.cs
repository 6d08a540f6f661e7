using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace AutoBuild.Commands;

/// <summary>Writes the usual help, then the example.</summary>
internal sealed class HelpText(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        if (Example(parseResult.CommandResult.Command) is { } example)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Example:");
            foreach (var line in example.Split('\n'))
            {
                output.WriteLine($"  {line.TrimEnd('\r')}");
            }
        }

        return ExitCode.Done;
    }

    /// <summary>Returns the example of a command; a group shows that of its first verb.</summary>
    public static string? Example(Command command) => command switch
    {
        Verb verb => verb.Example,
        RootCommand => "autobuild demo\nautobuild run \"add a --version option\" --repo .",
        _ => command.Subcommands.Where(child => !child.Hidden).Select(Example).FirstOrDefault(example => example is not null),
    };
}
