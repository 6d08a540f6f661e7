using System.CommandLine;
using System.Text.Json.Nodes;
using AutoBuild.Client;
using AutoBuild.Configuration;
using AutoBuild.Hosting;
using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Is one run of a command: what was typed, where to write, which server to ask.</summary>
internal sealed class Call(ParseResult parse, Terminal terminal, Interrupts interrupts)
{
    private static readonly TimeSpan Replacement = TimeSpan.FromSeconds(10);

    private IAnsiConsole? _console;

    public Terminal Terminal => terminal;

    public Interrupts Interrupts => interrupts;

    /// <summary>Is cancelled by Ctrl-C.</summary>
    public CancellationToken Cancel => interrupts.Asked;

    public ParseResult Parsed => parse;

    public bool Json => Is(CommonOptions.Json);

    /// <summary>Whether it is to be shown again after each change.</summary>
    public bool Watches => Is(CommonOptions.Watch);

    /// <summary>The console for people: stdout, or stderr where stdout belongs to JSON.</summary>
    public IAnsiConsole Console => _console ??= terminal.Open(onError: Json);

    public DataDirectory Data => DataDirectory.Find(parse.GetValue(CommonOptions.Data), terminal.Variable);

    public string? ConfigFile => parse.GetValue(CommonOptions.Config);

    public T? Get<T>(Option<T> option) => parse.GetValue(option);

    public T Get<T>(Argument<T> argument) => parse.GetValue(argument)!;

    /// <summary>Returns a text that was typed, or what stands on stdin where that is <c>-</c>.</summary>
    public async Task<string?> TextAsync(string? typed) => typed == "-" ? await terminal.In.ReadToEndAsync(Cancel) : typed;

    /// <summary>Tells whether an option was typed.</summary>
    public bool Has(Option option) => parse.GetResult(option) is { Implicit: false };

    /// <summary>Whether the server was named, and may be anyone's.</summary>
    public bool NamesServer => parse.GetValue(CommonOptions.Server) is not null;

    /// <summary>What a command to copy needs to reach the same server; empty where nothing was typed.</summary>
    public string Where => string.Concat(new[] { CommonOptions.Data, CommonOptions.Server }
        .Where(option => parse.GetResult(option) is { Implicit: false })
        .Select(option => $" {option.Name} {Quoted(parse.GetValue(option)!)}"));

    /// <summary>Connects to the server that was named, to the running one, or to an own one.</summary>
    public Task<ApiClient> ConnectAsync() => ConnectAsync(Data);

    /// <summary>Returns the server that runs on the data directory; null where none does.</summary>
    public async Task<Connection?> FindAsync() => await new ServerProcess(Data, ConfigFile, terminal.Time).FindAsync(Cancel);

    /// <summary>Whether the screen can be drawn anew.</summary>
    public bool Redraws => Console.Profile.Capabilities is { Ansi: true, Interactive: true };

    /// <summary>Draws the screen anew with what the function shows, cut at its end; in one write, so that nothing flickers.</summary>
    public void Redraw(Action show)
    {
        var real = Console;
        using var text = new StringWriter();
        var drawn = terminal.Open(onError: false, text);
        (drawn.Profile.Width, drawn.Profile.Height) = (real.Profile.Width, real.Profile.Height);
        (drawn.Profile.Capabilities.Ansi, drawn.Profile.Capabilities.ColorSystem) = (true, real.Profile.Capabilities.ColorSystem);
        _console = drawn;
        try
        {
            show();
        }
        finally
        {
            _console = real;
        }

        var lines = text.ToString().TrimEnd('\n').Split('\n').Take(Math.Max(1, real.Profile.Height - 1));
        terminal.Out.Write($"\e[H{string.Concat(lines.Select(line => $"{line}\e[K\n"))}\e[J");
        terminal.Out.Flush();
    }

    public async Task<ApiClient> ConnectAsync(DataDirectory data)
    {
        var token = parse.GetValue(CommonOptions.Token) ?? terminal.Variable("AUTOBUILD_TOKEN");
        if (parse.GetValue(CommonOptions.Server) is { } address)
        {
            return new ApiClient(ServerAddress.Fixed(address, token ?? data.ReadToken()), terminal.Time);
        }

        var server = new ServerProcess(data, ConfigFile, terminal.Time);
        var connected = false;
        return await ApiClient.OpenAsync(new ServerAddress(async cancel =>
        {
            // Who only watches must not bring a server back that was stopped.
            var found = connected && Watches ? await server.AwaitAsync(Replacement, cancel) : await server.EnsureAsync(cancel);
            connected = true;
            return found;
        }), terminal.Time, Cancel);
    }

    /// <summary>Prints an answer: as it came where JSON was asked for, else as the function shows it.</summary>
    public int Print<T>(Reply<T> reply, Action<T> show)
        where T : class
    {
        if (Json)
        {
            terminal.Out.WriteLine(reply.Json);
        }
        else
        {
            show(reply.Value);
        }

        return ExitCode.Done;
    }

    /// <summary>Prints what this command found out itself.</summary>
    public int Print(JsonObject json, Action show)
    {
        if (Json)
        {
            terminal.Out.WriteLine(json.ToJsonString(ClientJson.Printed));
        }
        else
        {
            show();
        }

        return ExitCode.Done;
    }

    public Settings LoadSettings() => SettingsFile.Load(ConfigFile, terminal.Environment, Data.TrustedConfigurations);

    /// <summary>Says something to the person, never on stdout where that belongs to JSON.</summary>
    public void Say(string sentence) => Write(Plain.Text(sentence) + "\n", Style.Plain);

    /// <summary>Writes a part of a line; a pipe gets the text itself, since drawing takes its time.</summary>
    public void Write(string text, Style style)
    {
        if (Console.Profile.Capabilities.Ansi)
        {
            Console.Write(new Text(text, style));
        }
        else
        {
            (Json ? terminal.Error : terminal.Out).Write(text);
        }
    }

    private bool Is(Option<bool> option) => parse.GetResult(option) is not null && parse.GetValue(option);

    private static string Quoted(string text) => text.All(letter => char.IsLetterOrDigit(letter) || "/._-:~+".Contains(letter, StringComparison.Ordinal))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
