using System.CommandLine;

namespace AutoBuild.Commands;

/// <summary>Holds the two ways to say which project is meant.</summary>
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
    };

    public static Option<int> Limit { get; } = new("--limit")
    {
        Description = "How many to list, at most 500.",
        HelpName = "N",
        DefaultValueFactory = _ => 50,
    };

    public static Argument<string> Id(string what) => new(what.ToUpperInvariant()) { Description = $"The {what}'s id, or its last letters as lists show them." };
}
