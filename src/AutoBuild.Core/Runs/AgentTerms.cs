using System.Text.RegularExpressions;

namespace AutoBuild.Core.Runs;

/// <summary>Says what an agent may do with its own tools; what its commands reach is a matter of <see cref="RunWalls"/>.</summary>
public sealed partial record AgentTerms
{
    /// <summary>What a rule looks like, to complete "expected …".</summary>
    public const string Expected = "shell, web, or shell: and the beginning of a command, such as 'shell:git push'";

    public AgentPermission Permission { get; init; }

    /// <summary>Rules that give more than <see cref="Permission"/> does.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>Rules that take something away; they outrank <see cref="Allow"/>.</summary>
    public IReadOnlyList<string> Deny { get; init; } = [];

    public static bool IsRule(string rule) => Rule().IsMatch(rule);

    // Nothing that has a meaning in the rules of a command line.
    [GeneratedRegex(@"\A(shell|web|shell:[A-Za-z0-9._/@+-]+( [A-Za-z0-9._/:=@+-]+){0,9})\z")]
    private static partial Regex Rule();
}

/// <summary>Says what an agent may do where no rule says otherwise; each may what the next one may.</summary>
public enum AgentPermission
{
    /// <summary>Everything, within the walls.</summary>
    Full,

    /// <summary>Read and change files: no commands, no web.</summary>
    Edit,

    /// <summary>Read files.</summary>
    Read,
}
