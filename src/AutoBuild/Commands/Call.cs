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
    private IAnsiConsole? _console;

    public Terminal Terminal => terminal;

    public Interrupts Interrupts => interrupts;

    /// <summary>Is cancelled by Ctrl-C.</summary>
    public CancellationToken Cancel => interrupts.Asked;

    public bool Json => parse.GetResult(CommonOptions.Json) is not null && parse.GetValue(CommonOptions.Json);

    /// <summary>The console for people: stdout, or stderr where stdout belongs to JSON.</summary>
    public IAnsiConsole Console => _console ??= terminal.Open(onError: Json);

    public DataDirectory Data => DataDirectory.Find(parse.GetValue(CommonOptions.Data), terminal.Variable);

    public string? ConfigFile => parse.GetValue(CommonOptions.Config);

    public T? Get<T>(Option<T> option) => parse.GetValue(option);

    public T Get<T>(Argument<T> argument) => parse.GetValue(argument)!;

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

    public async Task<ApiClient> ConnectAsync(DataDirectory data)
    {
        var token = parse.GetValue(CommonOptions.Token) ?? terminal.Variable("AUTOBUILD_TOKEN");
        if (parse.GetValue(CommonOptions.Server) is { } address)
        {
            return new ApiClient(ServerAddress.Fixed(address, token ?? data.ReadToken()), terminal.Time);
        }

        var server = new ServerProcess(data, ConfigFile, terminal.Time);
        return await ApiClient.OpenAsync(new ServerAddress(cancel => server.EnsureAsync(cancel)), terminal.Time, Cancel);
    }

    /// <summary>Prints an answer: as it came where JSON was asked for, else as the function shows it.</summary>
    public int Print<T>(Reply<T> reply, Action<T> show)
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
    public void Say(string sentence) => Console.WriteLine(Plain.Text(sentence));

    private static string Quoted(string text) => text.All(letter => char.IsLetterOrDigit(letter) || "/._-:~+".Contains(letter, StringComparison.Ordinal))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
