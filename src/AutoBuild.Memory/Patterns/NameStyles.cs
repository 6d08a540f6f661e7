using AutoBuild.Syntax;

namespace AutoBuild.Memory.Patterns;

/// <summary>Tells how names are put together.</summary>
internal static class NameStyles
{
    public const string Pascal = "PascalCase";
    public const string Camel = "camelCase";
    public const string Snake = "snake_case";
    public const string Kebab = "kebab-case";

    public static IReadOnlyList<string> All { get; } = [Pascal, Camel, Snake, Kebab];

    /// <summary>Returns the style of a name; null where several could be meant, as in <c>main</c>, or none.</summary>
    public static string? Of(string name)
    {
        var capitals = name.Any(char.IsUpper);
        return (name.Contains('_', StringComparison.Ordinal), name.Contains('-', StringComparison.Ordinal), capitals) switch
        {
            _ when name.Length < 2 || !name.All(one => char.IsLetterOrDigit(one) || one is '_' or '-') => null,
            (true, false, false) => Snake,
            (false, true, false) => Kebab,
            (false, false, true) when char.IsUpper(name[0]) => name.Any(char.IsLower) ? Pascal : null,
            (false, false, true) => Camel,
            _ => null,
        };
    }

    /// <summary>Tells whether a file is in a language that the table knows definitions of.</summary>
    public static bool IsCode(string path) => Languages.ForPath(path) is not null && Path.GetExtension(path) is not (".md" or ".json" or ".yml" or ".yaml" or ".txt" or ".toml" or ".xml");
}
