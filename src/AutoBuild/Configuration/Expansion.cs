using System.Text.RegularExpressions;

namespace AutoBuild.Configuration;

/// <summary>Puts the values of environment variables where a text says <c>${NAME}</c> or <c>${NAME:-default}</c>; an empty variable counts as unset.</summary>
internal sealed partial class Expansion(IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Returns the variable's value, or null where it is unset or empty.</summary>
    internal string? Find(string name) =>
        environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Returns the text with its variables filled in; <paramref name="unset"/> names the first that is missing.</summary>
    internal string Apply(string text, out string? unset)
    {
        string? missing = null;
        var filled = Variable().Replace(text, match =>
        {
            var name = match.Groups["name"].Value;
            var value = Find(name) ?? (match.Groups["default"] is { Success: true, Value: var otherwise } ? otherwise : null);
            missing ??= value is null ? name : null;
            return value ?? "";
        });
        unset = missing;
        return filled;
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?<default>[^}]*))?\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
