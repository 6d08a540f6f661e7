using System.Text.Json;
using System.Xml;
using AutoBuild.Syntax;

namespace AutoBuild.Merge.Structure;

/// <summary>Checks a merged file as a whole: what parsed or balanced on both sides does so still, and no key is there twice that was there once.</summary>
internal static class WholeFile
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Takes every answer back where the file that came of them is broken.</summary>
    public static void Check(MergeDraft draft)
    {
        if (draft.Pieces.Any(piece => piece.IsOpen) || !draft.Pieces.Any(piece => piece.Answer is not null) || draft.Path is null || Languages.ForPath(draft.Path) is not { } language
            || Holds(string.Concat(draft.Pieces.Select(draft.Text)), draft, language))
        {
            return;
        }

        draft.ReopenAll();
    }

    private static bool Holds(string merged, MergeDraft draft, Language language) =>
        Keeps(merged, draft, text => BlockTree.Of(text, language) is not null)
        && (language.Name is not "JSON" || Keeps(merged, draft, IsJson))
        && (language.Name is not "XML" || Keeps(merged, draft, IsXml))
        && !HasNewDoubles(merged, draft, language);

    /// <summary>Says whether the merged text is as sound as both sides are.</summary>
    private static bool Keeps(string merged, MergeDraft draft, Func<string, bool> isSound) => isSound(merged) || !isSound(draft.Ours.Text) || !isSound(draft.Theirs.Text);

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text.TrimStart('\uFEFF'), Lenient);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsXml(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text.TrimStart('\uFEFF')), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static bool HasNewDoubles(string merged, MergeDraft draft, Language language)
    {
        var doubles = Doubles(merged, language);
        return doubles.Count > 0 && doubles.Except(Doubles(draft.Ours.Text, language)).Except(Doubles(draft.Theirs.Text, language)).Any();
    }

    /// <summary>The items that stand twice in one container under the same key.</summary>
    private static HashSet<string> Doubles(string text, Language language)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (BlockTree.Of(text, language) is { } tree)
        {
            Collect(tree, text, language, found);
        }

        return found;
    }

    private static void Collect(Block block, string text, Language language, HashSet<string> found)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var child in block.Children)
        {
            var id = $"{child.Kind} {child.Key}";
            if (IsUnique(child, language) && !seen.Add(child.Kind is BlockKind.Function ? id + text[child.CodeStart..child.End].Trim() : id))
            {
                found.Add(id);
            }

            Collect(child, text, language, found);
        }
    }

    /// <summary>Says whether two of a kind in one container are a fault: a key of data, the whole of a function.</summary>
    private static bool IsUnique(Block block, Language language) => block.Key is not null && block.Kind switch
    {
        BlockKind.Function => true,
        BlockKind.Entry => language.Name is "JSON" or "YAML" or "TOML" || (language.Name is "XML" && block.Key.Contains('[', StringComparison.Ordinal)),
        BlockKind.File or BlockKind.Import or BlockKind.Namespace or BlockKind.Type or BlockKind.Member or BlockKind.Element or BlockKind.Section or BlockKind.Statement => false,
    };
}
