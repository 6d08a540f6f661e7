using System.CommandLine;
using AutoBuild.Core.Store;

namespace AutoBuild.Commands;

/// <summary>Holds the two ways to say which project is meant, and what lists take.</summary>
internal static class ProjectOptions
{
    public static Option<string?> Repository { get; } = new("--repo")
    {
        Description = "The repository: a path, or an address that git can clone (default: the one around the current directory).",
        HelpName = "PATH|URL",
    };

    public static Option<string?> Project { get; } = new("--project")
    {
        Description = "The project: its name, or the end of its id.",
        HelpName = "PROJECT",
        CompletionSources = { ServerWords.Of("project") },
    };

    public static Option<int> Limit { get; } = new("--limit")
    {
        Description = "How many to list, at most 500.",
        HelpName = "N",
        DefaultValueFactory = _ => 50,
    };

    public static Option<string?> Cursor { get; } = new("--cursor")
    {
        Description = "Go on where a list ended: the next_cursor that --json shows.",
        HelpName = "CURSOR",
    };

    public static PageRequest Page(this Call call) => new(call.Get(Limit), call.Get(Cursor));

    public static Argument<string> Id(string what) =>
        new(what.ToUpperInvariant()) { Description = $"The {what}'s id, or its last letters as lists show them.", CompletionSources = { ServerWords.Of(what) } };
}
