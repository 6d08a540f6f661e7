using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Tells what a person has to know of a coding agent's program.</summary>
/// <param name="Name">The agent.</param>
/// <param name="Program">Looked up in the PATH of the server.</param>
/// <param name="TriedWith">The version that AutoBuild was tried with; null where it was tried with none.</param>
/// <param name="Install">The command that installs that version; null where there is none to recommend.</param>
/// <param name="Quiet">What we set against updates of itself, telemetry and traffic at start.</param>
public sealed record AgentProgram(string Name, string Program, string? TriedWith, string? Install, IReadOnlyList<string> Quiet)
{
    /// <summary>The built-in ones.</summary>
    public static IReadOnlyList<AgentProgram> BuiltIn { get; } =
        [.. AgentCatalog.CommandLines.Select(line => new AgentProgram(line.Name, line.Program, line.Package?.Version, $"npm install -g {line.Package?.Name}@{line.Package?.Version}", line.Quiet))];

    /// <summary>The argv that asks for the version; the program alone stands for its usual option.</summary>
    public IReadOnlyList<string> VersionCommand { get; init; } = [Program, "--version"];

    /// <summary>Describes one that was declared.</summary>
    public static AgentProgram Of(AgentDeclaration declared) => new(declared.Name, declared.Program, null, declared.Install, [.. declared.Environment.Select(pair => $"{pair.Key}={pair.Value}")])
    {
        VersionCommand = declared.Version.Count > 0 ? declared.Version : [declared.Program, "--version"],
    };
}
