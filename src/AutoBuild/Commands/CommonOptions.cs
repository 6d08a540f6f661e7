using System.CommandLine;

namespace AutoBuild.Commands;

/// <summary>Holds the options that every command takes.</summary>
internal static class CommonOptions
{
    public static Option<string?> Data { get; } = new("--data")
    {
        Description = "The data directory (default: $AUTOBUILD_DATA, else ~/.local/share/autobuild).",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<string?> Config { get; } = new("--config")
    {
        Description = "The configuration file (default: $AUTOBUILD_CONFIG, else autobuild.yaml or config.yaml here, where there is one).",
        HelpName = "FILE",
        Recursive = true,
    };

    public static Option<string?> Server { get; } = new("--server")
    {
        Description = "A server to talk to (default: the one running on the data directory, else an own one for as long as it is needed).",
        HelpName = "URL",
        Recursive = true,
    };

    public static Option<string?> Token { get; } = new("--token")
    {
        Description = "The bearer token for --server (default: $AUTOBUILD_TOKEN, else the data directory's).",
        HelpName = "TOKEN",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print exactly one JSON object on stdout; all else goes to stderr.",
    };

    public static Option<bool> Watch { get; } = new("--watch", "-w")
    {
        Description = "Show it again after each change, until Ctrl-C.",
    };

    public static IReadOnlyList<Option> All { get; } = [Data, Config, Server, Token];
}
