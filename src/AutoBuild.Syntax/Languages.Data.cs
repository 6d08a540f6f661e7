namespace AutoBuild.Syntax;

// Data, markup, styles and prose.
public static partial class Languages
{
    private static Language[] Data() =>
    [
        new()
        {
            Name = "JSON",
            Extensions = [".json", ".jsonc", ".json5", ".webmanifest", ".ipynb", ".geojson", ".code-workspace"],
            FileNames = [".babelrc", ".eslintrc", ".prettierrc", ".swcrc", "composer.lock", "pipfile.lock"],
            LineComments = ["//"],
            BlockComments = [Stars],
            Strings = [Double, Single],
            OnlyEntries = true,
            NamesFirst = true,
        },
        new()
        {
            Name = "YAML",
            Extensions = [".yml", ".yaml", ".clang-format"],
            FileNames = [".clang-tidy", ".clang-format"],
            Shape = Shape.Indent,
            LineComments = ["#"],
            CommentsStandApart = true,
            Strings = [Double with { Lines = true }, new("'", "'") { Escape = '\0', Doubled = true, Lines = true }],
            BlockScalars = true,
            WordSigns = "-./",
            Brackets = "{}[]",
            Separators = ",",
            LinesEnd = true,
            OnlyEntries = true,
            NamesFirst = true,
        },
        new()
        {
            Name = "TOML",
            Extensions = [".toml"],
            FileNames = ["pipfile", "cargo.lock", "poetry.lock", "uv.lock"],
            Shape = Shape.Tables,
            LineComments = ["#"],
            Strings = [Double, Single with { Escape = '\0' }, Triple, new("'''", "'''") { Escape = '\0', Lines = true }],
            WordSigns = "-",
            LinesEnd = true,
            OnlyEntries = true,
            NamesFirst = true,
        },
        new()
        {
            Name = "INI",
            Extensions = [".ini", ".cfg", ".properties", ".editorconfig", ".conf", ".env"],
            FileNames = [".gitconfig", ".gitmodules", ".npmrc", ".env", ".flake8", ".pylintrc"],
            Shape = Shape.Tables,
            LineComments = ["#", ";"],
            CommentsStandApart = true,
            WordSigns = "-.",
            Brackets = "",
            Separators = "",
            LinesEnd = true,
            OnlyEntries = true,
            NamesFirst = true,
        },
        .. Styles(),
    ];

    private static Language[] Styles()
    {
        var css = new Language
        {
            Name = "CSS",
            Extensions = [".css"],
            BlockComments = [Stars],
            Strings = [Double, Single, new("url(", ")") { Escape = '\0' }],
            WordSigns = "-@$",
            Imports = ImportStyle.Css,
            NamesFirst = true,
        };
        return [css, css with { Name = "SCSS", Extensions = [".scss", ".less", ".styl"], LineComments = ["//"] }];
    }

    private static Language[] Texts()
    {
        var xml = new Language
        {
            Name = "XML",
            Extensions =
            [
                ".xml", ".csproj", ".fsproj", ".vbproj", ".vcxproj", ".proj", ".props", ".targets", ".resx", ".xaml", ".axaml", ".nuspec", ".config", ".xsd", ".xsl", ".xslt", ".svg", ".plist",
                ".slnx", ".ruleset", ".iml", ".fxml", ".wxs", ".xlf", ".storyboard", ".xib", ".pom", ".filters", ".runsettings", ".manifest", ".axml", ".wsdl", ".rss", ".kml", ".ui",
            ],
            Shape = Shape.Markup,
            BlockComments = [new("<!--", "-->")],
            Strings = [new("\"", "\"") { Escape = '\0', Lines = true }, new("'", "'") { Escape = '\0', Lines = true }],
            WordSigns = "-.:",
            Brackets = "",
            Separators = "",
            NamesFirst = true,
        };
        return
        [
            xml,
            xml with
            {
                Name = "HTML",
                Extensions = [".html", ".htm", ".xhtml", ".vue", ".svelte", ".cshtml", ".razor", ".hbs"],
                VoidElements = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"],
                RawElements = ["script", "style"],
            },
            new()
            {
                Name = "Markdown",
                Extensions = [".md", ".mdx", ".markdown", ".mdown"],
                Shape = Shape.Prose,
                BlockComments = [new("<!--", "-->")],
                Brackets = "",
                Separators = "",
            },
            new()
            {
                Name = "reStructuredText",
                Extensions = [".rst"],
                Shape = Shape.Prose,
                Brackets = "",
                Separators = "",
            },
        ];
    }
}
