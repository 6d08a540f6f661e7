using System.Text;
using AutoBuild.Workspaces;
using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Is what a command talks to: its streams, its environment, its clock.</summary>
/// <param name="Interactive">Whether a person looks at <paramref name="Out"/>.</param>
/// <param name="ErrorInteractive">Whether a person looks at <paramref name="Error"/>.</param>
internal sealed record Terminal(
    TextReader In, TextWriter Out, TextWriter Error, bool Interactive, bool ErrorInteractive, IReadOnlyDictionary<string, string> Environment, TimeProvider Time)
{
    /// <summary>Reads text, and throws where it is none.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Wide enough that a piped table never wraps.</summary>
    private const int PipedWidth = 4_000;

    /// <summary>Whether colours are wanted even into a pipe, as <c>less -R</c> takes them.</summary>
    private bool Forced => IsOn("FORCE_COLOR") || IsOn("CLICOLOR_FORCE");

    private bool Colourless => !string.IsNullOrEmpty(Variable("NO_COLOR"));

    private bool Dumb => Variable("TERM") == "dumb";

    /// <summary>Input is UTF-8 whatever the locale says, and bytes that are none are a fault rather than question marks.</summary>
    public static Terminal OfProcess() => new(
        new StreamReader(Console.OpenStandardInput(), Utf8), Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected, OwnEnvironment.Read(), TimeProvider.System);

    /// <summary>Returns a variable of the environment, or null where it is not set.</summary>
    public string? Variable(string name) => Environment.GetValueOrDefault(name);

    /// <summary>Opens a console that draws on a terminal, and writes plain lines into a pipe or a dumb terminal; NO_COLOR goes before FORCE_COLOR.</summary>
    /// <param name="to">Writes there instead, as if it were the terminal.</param>
    public IAnsiConsole Open(bool onError, TextWriter? to = null)
    {
        var interactive = (onError ? ErrorInteractive : Interactive) && !Dumb;
        var forced = Forced && !Colourless;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = forced ? AnsiSupport.Yes : interactive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = forced ? ColorSystemSupport.Standard : interactive && !Colourless ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = interactive ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(to ?? (onError ? Error : Out)),
        });
        if (!interactive && !Interactive)
        {
            console.Profile.Width = PipedWidth;
        }

        return console;
    }

    private bool IsOn(string name) => Variable(name) is { Length: > 0 } value && value != "0";
}
