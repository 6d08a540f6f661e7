using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AutoBuild.Runner.Qa;

/// <summary>Reads typed values out of YAML nodes; each fault names the line and what was expected.</summary>
internal static partial class RecipeYaml
{
    private const int MaxSeconds = 24 * 3600;

    internal static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    /// <summary>Reads a mapping; with <paramref name="known"/> given, any other key is a fault.</summary>
    internal static Dictionary<string, YamlNode> Keys(YamlNode node, string what, params string[] known)
    {
        if (node is not YamlMappingNode mapping)
        {
            throw new RecipeFault(node.Start.Line, $"expected keys and values in {what}, found {Kind(node)}.");
        }
        var keys = new Dictionary<string, YamlNode>();
        foreach (var (key, value) in mapping.Children)
        {
            var name = Text(key, "a key");
            if (known.Length > 0 && !known.Contains(name))
            {
                throw new RecipeFault(key.Start.Line, $"unknown key '{name}' in {what}; {Suggest(name, known)}");
            }
            keys[name] = value;
        }
        return keys;
    }

    /// <summary>Reads a list; one value alone is a list of one, nothing is an empty list.</summary>
    internal static List<T> List<T>(YamlNode node, Func<YamlNode, T> read) =>
        node is YamlSequenceNode list ? [.. list.Children.Select(read)]
        : IsNull(node) ? []
        : [read(node)];

    internal static string Required(Dictionary<string, YamlNode> keys, YamlNode owner, string key, string what) =>
        keys.TryGetValue(key, out var value) ? Text(value, $"text for '{key}'") : throw new RecipeFault(owner.Start.Line, $"expected the key '{key}' in {what}.");

    internal static string Text(YamlNode node, string what) =>
        Value(node, what) is { } text && text.Trim().Length > 0 ? text.Trim() : throw new RecipeFault(node.Start.Line, $"expected {what}, found nothing.");

    /// <summary>Reads a scalar as it is written; nothing is the empty text.</summary>
    internal static string Value(YamlNode node, string what) =>
        node is not YamlScalarNode scalar ? throw new RecipeFault(node.Start.Line, $"expected {what}, found {Kind(node)}.")
        : IsNull(node) ? ""
        : scalar.Value ?? "";

    internal static string RelativePath(YamlNode node)
    {
        var path = Text(node, "a path");
        var outside = path.StartsWith('/') || path.StartsWith('~') || path.Split('/', '\\').Contains("..");
        return outside ? throw new RecipeFault(node.Start.Line, $"expected a path inside the repository, found '{path}'.") : path;
    }

    internal static string Variable(string name, YamlNode node) =>
        VariableName().IsMatch(name) ? name
        : throw new RecipeFault(node.Start.Line, $"expected the name of an environment variable (letters, digits, _), found '{name}'.");

    internal static bool Truth(YamlNode node, string key) => Word(node, key, new Dictionary<string, bool> { ["true"] = true, ["false"] = false });

    internal static T Word<T>(YamlNode node, string key, Dictionary<string, T> words)
    {
        var text = Value(node, $"a word for '{key}'");
        return words.TryGetValue(text, out var value) ? value
            : throw new RecipeFault(node.Start.Line, $"expected '{key}' to be {string.Join(" or ", words.Keys)}, found '{text}'.");
    }

    /// <summary>Reads "90", "90s", "10m" or "1h".</summary>
    internal static int Seconds(YamlNode node)
    {
        var text = Text(node, "a time such as 90s, 10m or 1h");
        var match = Duration().Match(text);
        var unit = match.Groups[2].Value switch { "m" => 60, "h" => 3600, _ => 1 };
        return match.Success && int.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var count) && count > 0 && (long)count * unit <= MaxSeconds
            ? count * unit
            : throw new RecipeFault(node.Start.Line, $"expected a time such as 90s, 10m or 1h, at most 24h, found '{text}'.");
    }

    private static string Suggest(string name, string[] known) =>
        known.MinBy(key => Distance(name, key)) is { } nearest && Distance(name, nearest) <= Math.Min(2, nearest.Length - 1)
            ? $"did you mean '{nearest}'?"
            : $"expected one of {string.Join(", ", known)}.";

    // Edits (insert, delete, replace) between two short words.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        foreach (var letter in a)
        {
            var (diagonal, left) = (row[0], row[0] + 1);
            row[0] = left;
            for (var i = 1; i <= b.Length; i++)
            {
                (diagonal, left) = (row[i], Math.Min(Math.Min(row[i], left) + 1, diagonal + (b[i - 1] == letter ? 0 : 1)));
                row[i] = left;
            }
        }
        return row[^1];
    }

    private static string Kind(YamlNode node) => node switch
    {
        YamlSequenceNode => "a list",
        YamlMappingNode => "keys and values",
        _ when IsNull(node) => "nothing",
        _ => $"'{node}'",
    };

    [GeneratedRegex("^([0-9]+)([smh]?)$")]
    private static partial Regex Duration();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex VariableName();
}

/// <summary>Carries the first fault of a recipe up to the reader; never leaves it.</summary>
internal sealed class RecipeFault(long line, string message) : Exception(message)
{
    internal long Line { get; } = line;
}
