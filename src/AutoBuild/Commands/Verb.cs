using System.CommandLine;

namespace AutoBuild.Commands;

/// <summary>Is a command that does something; its help ends with an example.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description, string example, Func<Call, Task<int>> run)
        : base(name, description)
    {
        Example = example;
        SetAction((_, _) => throw new InvalidOperationException("A verb is run by the command line, with its terminal."));
        Run = run;
    }

    public string Example { get; }

    public Func<Call, Task<int>> Run { get; }

    /// <summary>Adds arguments and options; returns itself, so that a command reads as one expression.</summary>
    public Verb With(params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                Arguments.Add(argument);
            }
            else if (symbol is Option option)
            {
                Options.Add(option);
            }
        }

        return this;
    }

    /// <summary>Adds <c>--json</c>.</summary>
    public Verb PrintsData() => With(CommonOptions.Json);

    /// <summary>Adds <c>--json</c> and <c>--watch</c>.</summary>
    public Verb Watches() => With(CommonOptions.Json, CommonOptions.Watch);
}

/// <summary>Is a command that only holds others.</summary>
internal sealed class Group : Command
{
    public Group(string name, string description, params Command[] verbs)
        : base(name, description)
    {
        foreach (var verb in verbs)
        {
            Subcommands.Add(verb);
        }
    }
}
