using AutoBuild.Syntax;
using AutoBuild.Tests.Codebase;
using FsCheck;
using FsCheck.Fluent;

namespace AutoBuild.Tests.Syntax;

/// <summary>Makes texts to read: nonsense out of what the language is sensitive to, and this project's own files.</summary>
internal static class SourceTexts
{
    private static readonly string[] Everywhere =
        ["a", "bc", "1", " ", "  ", "\t", "\n", "\r\n", "\r", "\n    ", "{", "}", "(", ")", "[", "]", ",", ";", ":", "=", "=>", "\\", "\"", "'", "`", "/", "<", ">", "#", "$", "@", "-", "|", "é", "\uFEFF", "\0", "😀", "\uD800"];

    /// <summary>Paths of the files of this project whose language is known.</summary>
    internal static IReadOnlyList<string> Own { get; } =
        [.. new[] { "src", "tests", "docs", "bench" }.SelectMany(folder => Repository.Files(folder, "*")).Where(path => Languages.ForPath(path) is not null && !path.Contains("/fixtures/", StringComparison.Ordinal))];

    /// <summary>Texts in which everything occurs that means something to the lexer.</summary>
    internal static Arbitrary<string> Any(Language language)
    {
        string[] signs =
        [
            .. Everywhere, .. language.LineComments, .. language.HereDocuments, .. language.HoleSigns(), .. language.BlockComments.SelectMany(form => new[] { form.Open, form.Close }),
            .. language.Strings.SelectMany(form => new[] { form.Open, form.Close }).Where(sign => sign.Length > 0), .. language.Types.Take(2), .. language.Functions.Take(2), .. language.Members.Take(2),
            .. language.Namespaces, .. language.Continues.Take(3), .. language.Closers, .. language.VoidElements.Take(1), "import ", "use ", "from ", "export ", "<?php", "?>", "<!--", "</a>", "<a>", "- ", "# ",
        ];
        return Gen.Elements(signs).ListOf().Select(string.Concat).ToArbitrary();
    }

    private static IEnumerable<string> HoleSigns(this Language language) => language.Strings.SelectMany(form => form.Holes);
}
