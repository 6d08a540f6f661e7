using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Qa;

/// <summary>Is what a repository says about itself in <c>.autobuild.yaml</c>; see <c>docs/recipe.md</c>.</summary>
public sealed record Recipe
{
    /// <summary>The name of the file, at the root of the repository.</summary>
    public const string FileName = ".autobuild.yaml";

    /// <summary>Run in order in a fresh tree before the agent starts, and before checks of a commit.</summary>
    public IReadOnlyList<RecipeCommand> Setup { get; init; } = [];

    /// <summary>The checks; empty asks for none, null leaves them to detection.</summary>
    public IReadOnlyList<QaCheck>? Qa { get; init; }

    /// <summary>Ignored files that a tree gets from the user's checkout, as in <c>.worktreeinclude</c>.</summary>
    public IReadOnlyList<string> Copy { get; init; } = [];

    /// <summary>Ignored paths that can be made again, which a rescue leaves out.</summary>
    public IReadOnlyList<string> Cache { get; init; } = [];

    public IReadOnlyList<RecipeGenerated> Generated { get; init; } = [];

    /// <summary>Environment of setup, agent, checks and teardown.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of environment variables, at most ten, that get a free port each.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>Run when the tree is given back.</summary>
    public IReadOnlyList<RecipeCommand> Teardown { get; init; } = [];

    /// <summary>The agent of tickets and projects that name none.</summary>
    public RecipeAgent? Agent { get; init; }

    /// <summary>Paths whose change needs a person.</summary>
    public IReadOnlyList<string> Protected { get; init; } = [];

    public LandingPolicy? Landing { get; init; }

    /// <summary>SHA-256 of the text, in hex.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Reads a recipe; refuses with <c>recipe_invalid</c>, which names file, line and what was expected.</summary>
    /// <param name="yaml">The text at the base commit.</param>
    /// <param name="fileName">What the refusal calls the file.</param>
    public static Result<Recipe> Parse(string yaml, string fileName = FileName) => RecipeReader.Read(yaml, fileName);

    /// <summary>Returns what makes each of the files, of those that a command of the recipe makes; nothing where the text is no recipe.</summary>
    public static IReadOnlyDictionary<string, RunGenerate> MakersOf(string yaml, IReadOnlyList<string> files)
    {
        var makers = new Dictionary<string, RunGenerate>();
        foreach (var entry in Parse(yaml) is { Done: true } recipe ? recipe.Value.Generated : [])
        {
            foreach (var file in Pipeline.Protected.Changed(entry.Paths, files))
            {
                makers.TryAdd(file, new RunGenerate(entry.Paths, entry.Command));
            }
        }

        return makers;
    }
}

/// <summary>Is a command line of setup or teardown.</summary>
/// <param name="Command">For <c>/bin/sh -c</c>.</param>
/// <param name="TimeoutSeconds">Default 900.</param>
public sealed record RecipeCommand(string Command, int TimeoutSeconds = 900);

/// <summary>Names files that a command makes, so that a conflict in them is solved by making them again.</summary>
public sealed record RecipeGenerated(IReadOnlyList<string> Paths, string Command);

/// <summary>Says which agent works on this repository, and how.</summary>
public sealed record RecipeAgent
{
    /// <summary>Null is any; with a name, <see cref="Model"/> is meant for this one alone.</summary>
    public string? Name { get; init; }

    public string? Model { get; init; }

    /// <summary>Requests to the model from a start of the agent to its end; null leaves it to the configuration.</summary>
    public int? MaxTurns { get; init; }

    /// <summary>Null leaves it to the configuration.</summary>
    public AgentPermission? Permission { get; init; }

    /// <summary>Null leaves it to the configuration.</summary>
    public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>Beside those of the configuration.</summary>
    public IReadOnlyList<string> Deny { get; init; } = [];

    /// <summary>MCP servers whose tools the agent gets.</summary>
    public IReadOnlyList<McpServer> Servers { get; init; } = [];
}
