using System.Text.RegularExpressions;

namespace AutoBuild.Runner.Qa;

/// <summary>Is an MCP server that a recipe names: a command to start, or an address.</summary>
/// <remarks>Values of <see cref="Env"/> and <see cref="Headers"/> may hold <c>${NAME}</c> of a secret that the agent is given; it is filled in by the agent itself.</remarks>
public sealed partial record McpServer(string Name)
{
    /// <summary>Null where there is an address.</summary>
    public string? Command { get; init; }

    public IReadOnlyList<string> Args { get; init; } = [];

    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Null where there is a command.</summary>
    public string? Url { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of the secrets that its values hold.</summary>
    public IEnumerable<string> Secrets => Env.Values.Concat(Headers.Values).SelectMany(value => Reference().Matches(value)).Select(match => match.Groups[1].Value).Distinct();

    /// <summary>A dollar means a secret to some agents and nothing to others, so none stands alone.</summary>
    internal static bool IsValue(string value) => !Reference().Replace(value, "").Contains('$', StringComparison.Ordinal);

    /// <summary>The secret's name, where a value is nothing but a secret behind a beginning.</summary>
    internal static string? SecretOf(string value, string beginning = "") =>
        value.StartsWith(beginning, StringComparison.Ordinal) && Reference().Match(value[beginning.Length..]) is { Success: true } match && match.Length == value.Length - beginning.Length ? match.Groups[1].Value : null;

    internal static bool IsName(string name) => NamePattern().IsMatch(name);

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\A[a-z][a-z0-9]{0,30}\z")]
    private static partial Regex NamePattern();
}
