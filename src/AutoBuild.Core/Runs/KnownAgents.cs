namespace AutoBuild.Core.Runs;

/// <summary>Lists the agents that a runner of this version can start, so that a wrong name is refused at submit.</summary>
public static class KnownAgents
{
    /// <summary>Any command line, with the prompt on its standard input.</summary>
    public const string Command = "command";

    /// <summary>Follows a script; needs no model and no network.</summary>
    public const string Scripted = "scripted";

    public static IReadOnlyList<string> Names { get; } = [Command, Scripted];
}
