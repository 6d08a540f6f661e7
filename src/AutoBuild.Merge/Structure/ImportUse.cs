using System.Text.RegularExpressions;
using AutoBuild.Syntax;

namespace AutoBuild.Merge.Structure;

/// <summary>Tells what names an import brings into a file, and how often the file uses them.</summary>
internal static class ImportUse
{
    /// <summary>The names an import brings; empty where it brings an unknown lot, as a C# namespace or a star does.</summary>
    public static HashSet<string> Locals(ImportStatement statement, ImportStyle style) => statement.Names.Count > 0
        ? [.. statement.Names.Select(name => name.Alias ?? name.Name).Where(IsName)]
        : style switch
        {
            ImportStyle.Go when IsName(statement.Modifiers) => [statement.Modifiers],
            ImportStyle.Go or ImportStyle.Dotted or ImportStyle.Python or ImportStyle.Rust or ImportStyle.Scala or ImportStyle.EcmaScript => [.. new[] { Last(statement.Module) }.Where(IsName)],
            var _ => [],
        };

    /// <summary>Counts how often a name stands in a file outside its imports.</summary>
    public static int Count(ImportSide side, string name)
    {
        var (count, at) = (0, 0);
        while ((at = side.Text.IndexOf(name, at, StringComparison.Ordinal)) >= 0)
        {
            var end = at + name.Length;
            if ((at == 0 || !IsWord(side.Text[at - 1])) && (end == side.Text.Length || !IsWord(side.Text[end])) && !side.Imports.Any(import => import.Start <= at && at < import.End))
            {
                count++;
            }

            at = end;
        }

        return count;
    }

    private static string Last(string module) => Regex.Match(module, @"[\w$]+$").Value;

    private static bool IsName(string name) => name.Length > 0 && name.All(IsWord);

    private static bool IsWord(char sign) => char.IsLetterOrDigit(sign) || sign is '_' or '$';
}
