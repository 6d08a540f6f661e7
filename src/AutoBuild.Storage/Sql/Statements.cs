using System.Collections.Frozen;
using System.Reflection;
using System.Text.RegularExpressions;
using AutoBuild.Core;

namespace AutoBuild.Storage.Sql;

/// <summary>Is one named statement of an embedded <c>.sql</c> file.</summary>
/// <param name="Parameters">The names after <c>@</c>, each once.</param>
internal sealed record Statement(string Name, string Text, IReadOnlyList<string> Parameters);

/// <summary>Holds the statements of one dialect; a statement starts with the line <c>-- name: its_name</c>.</summary>
internal sealed partial class Statements
{
    private readonly FrozenDictionary<string, Statement> _byName;

    private Statements(FrozenDictionary<string, Statement> byName) => _byName = byName;

    public Statement this[string name] => _byName.TryGetValue(name, out var statement)
        ? statement
        : throw new AutoBuildException("statement_missing", $"No .sql file names a statement {name}.");

    /// <summary>Reads every embedded file directly in a folder, such as <c>Sqlite</c>.</summary>
    public static Statements Of(string dialect) => new(Files(dialect)
        .SelectMany(file => Split(file.Text))
        .ToFrozenDictionary(statement => statement.Name));

    /// <summary>Returns the numbered migrations of a dialect, oldest first.</summary>
    public static IReadOnlyList<(string Name, string Text)> Migrations(string dialect) => Files($"{dialect}.Migrations");

    private static List<(string Name, string Text)> Files(string folder)
    {
        var assembly = typeof(Statements).Assembly;
        var prefix = $"{assembly.GetName().Name}.{folder}.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name[prefix.Length..^4].IndexOf('.') < 0)
            .Order(StringComparer.Ordinal)
            .Select(name => (name[prefix.Length..^4], Read(assembly, name)))];
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static IEnumerable<Statement> Split(string text) =>
        from part in Header().Split(text).Skip(1).Chunk(2)
        let body = part[1].Trim()
        select new Statement(part[0], body, [.. Parameter().Matches(body).Select(match => match.Groups[1].Value).Distinct()]);

    [GeneratedRegex(@"^-- name: (\w+)\s*$", RegexOptions.Multiline)]
    private static partial Regex Header();

    [GeneratedRegex(@"@(\w+)")]
    private static partial Regex Parameter();
}
