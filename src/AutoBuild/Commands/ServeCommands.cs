using System.CommandLine;
using System.Globalization;
using AutoBuild.Configuration;
using AutoBuild.Hosting;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild up</c> and <c>autobuild serve</c>.</summary>
internal static class ServeCommands
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    private static readonly Option<int?> OrchestratorPort = Port("orchestrator", 8080);
    private static readonly Option<int?> MemoryPort = Port("memory", 8000);
    private static readonly Option<int?> WebPort = Port("web", 3000);

    /// <summary>Where the modules listen, which overrides the configuration.</summary>
    public static IReadOnlyList<Option> Ports { get; } = [OrchestratorPort, MemoryPort, WebPort];

    /// <summary>Returns what a server that is started like this would run with.</summary>
    public static Settings SettingsOf(Call call)
    {
        var settings = call.LoadSettings();
        (Option<int?> Option, string Key, Func<ServerSettings, int, ServerSettings> Set)[] ports =
        [
            (OrchestratorPort, "server.port", (server, port) => server with { OrchestratorPort = port }),
            (MemoryPort, "server.memory_port", (server, port) => server with { MemoryPort = port }),
            (WebPort, "server.web_port", (server, port) => server with { WebPort = port }),
        ];
        return ports.Aggregate(settings, (read, port) => call.Get(port.Option) is { } typed
            ? read with { Server = port.Set(read.Server, typed), Sources = new Dictionary<string, string>(read.Sources) { [port.Key] = $"option {port.Option.Name}" } }
            : read);
    }

    public static Verb Up() => new Verb("up", "Runs everything in the foreground, with defaults that need no set-up; Ctrl-C stops it.",
        "autobuild up --data ./data", call =>
        RunAsync(call, "all", null, takeOver: true)).With(OrchestratorPort, MemoryPort, WebPort);

    public static Verb Serve()
    {
        var target = new Option<string>("--target") { Description = "The modules to run: all, or names with commas between.", HelpName = "T", Required = true };
        var idleExit = new Option<bool>("--idle-exit") { Description = "End when no client, job or landing needs it any more.", Hidden = true };
        return new Verb("serve", "Runs the named modules in the foreground; Ctrl-C stops them.",
            "autobuild serve --target=orchestrator --orchestrator-port 0", call =>
            RunAsync(call, call.Get(target)!, call.Get(idleExit) ? Idle : null, takeOver: false)).With(target, OrchestratorPort, MemoryPort, WebPort, idleExit);
    }

    private static Task<int> RunAsync(Call call, string target, TimeSpan? idleExit, bool takeOver)
    {
        call.Interrupts.HearHangup();
        return Server.RunAsync(Request(call, target, idleExit, takeOver), call.Cancel);
    }

    private static ServeRequest Request(Call call, string target, TimeSpan? idleExit, bool takeOver) => new()
    {
        Target = target,
        Data = call.Data.Path,
        Settings = SettingsOf(call),
        SelfCommand = RunnerCommand.Self(),
        OrchestratorPort = call.Get(OrchestratorPort),
        MemoryPort = call.Get(MemoryPort),
        WebPort = call.Get(WebPort),
        IdleExit = idleExit,
        TakeOver = takeOver,
        Out = call.Terminal.Out,
        Error = call.Terminal.Error,
        Time = call.Terminal.Time,
    };

    private static Option<int?> Port(string module, int usual)
    {
        var option = new Option<int?>($"--{module}-port") { Description = $"Where {module} listens; 0 picks a free port (default: {usual}).", HelpName = "PORT" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is not [var text] || !ushort.TryParse(text.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"--{module}-port expects a number from 0 to 65535.");
            }
        });
        return option;
    }
}
