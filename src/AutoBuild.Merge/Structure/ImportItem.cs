using System.Text.RegularExpressions;
using AutoBuild.Syntax;

namespace AutoBuild.Merge.Structure;

/// <summary>Is one version of a file with its imports, and the part of it that is to be merged.</summary>
internal sealed record ImportSide(string Text, IReadOnlyList<ImportStatement> Imports, ImportStyle Style, int Start, int End)
{
    /// <summary>The whole path an import names; that of a list of names, or of a quoted module, is the module's.</summary>
    public string Path(ImportStatement import)
    {
        var code = Text.AsSpan(import.Start, import.End - import.Start);
        return import.Names.Count != 1 || code.IndexOfAny("{'\"") >= 0 || Style is ImportStyle.Python ? import.Module : $"{import.Module}{(Style is ImportStyle.Rust ? "::" : ".")}{import.Names[0].Name}";
    }
}

/// <summary>Is one line or statement of an import block: an import with the comments above it, or a blank line.</summary>
/// <param name="Text">The slice, comments and line break included.</param>
/// <param name="Code">The statement alone, trimmed; empty of a blank line.</param>
/// <param name="Path">What it imports, see <see cref="ImportSide.Path"/>.</param>
internal sealed record ImportItem(string Text, string Code, string Path, ImportStatement? Statement)
{
    public bool IsBlank => Statement is null;

    /// <summary>Cuts a part of a file into its imports; null where it holds anything else.</summary>
    public static List<ImportItem>? Cut(ImportSide side)
    {
        var items = new List<ImportItem>();
        var at = side.Start;
        foreach (var statement in side.Imports.Where(statement => statement.End > side.Start && statement.Start < side.End))
        {
            if (statement.Start < at || statement.End > side.End || !Above(side.Text[at..statement.Start], items, out var comments))
            {
                return null;
            }

            items.Add(new ImportItem(comments + side.Text[statement.Start..statement.End], side.Text[statement.Start..statement.End].Trim(), side.Path(statement), statement));
            at = statement.End;
        }

        return at > side.End || !Above(side.Text[at..side.End], items, out var rest) || rest.Length > 0 ? null : items;
    }

    /// <summary>Takes what stands between two imports: blank lines become items, comments go with the import below.</summary>
    private static bool Above(string gap, List<ImportItem> items, out string comments)
    {
        comments = "";
        foreach (var line in TextLines.Of(gap))
        {
            if (line.Trim().Length > 0)
            {
                if (!Comment.IsMatch(line))
                {
                    return false;
                }

                comments += line;
            }
            else if (comments.Length > 0)
            {
                return false;
            }
            else
            {
                items.Add(new ImportItem(line, "", "", null));
            }
        }

        return true;
    }

    private static Regex Comment { get; } = new(@"^\s*(//|#(?!\s*(if|else|elif|endif|include|define|undef|pragma))|/\*.*\*/\s*$)", RegexOptions.CultureInvariant);
}

internal static class TextLines
{
    /// <summary>Cuts a text into its lines, each with its line break.</summary>
    public static IEnumerable<string> Of(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            end = end < 0 ? text.Length : end + 1;
            yield return text[at..end];
            at = end;
        }
    }
}
