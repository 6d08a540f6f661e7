namespace AutoBuild.Syntax;

// Languages with braces.
public static partial class Languages
{
    private static readonly CommentForm Stars = new("/*", "*/");
    private static readonly CommentForm NestedStars = new("/*", "*/", Nests: true);
    private static readonly StringForm Double = new("\"", "\"");
    private static readonly StringForm Single = new("'", "'");
    private static readonly StringForm Triple = new("\"\"\"", "\"\"\"") { Lines = true };

    private static readonly string[] Controls =
    [
        "if", "else", "for", "foreach", "while", "do", "switch", "case", "default", "try", "catch", "finally", "return", "throw", "break", "continue", "goto",
        "using", "lock", "fixed", "checked", "unchecked", "yield", "await", "new", "delete", "assert", "synchronized", "when", "match", "loop", "unsafe", "defer",
        "go", "select", "guard", "repeat", "with", "elif", "sizeof", "typeof", "super", "this", "base", "import", "package", "static_assert",
    ];

    private static Language[] Code() => [CSharp, JavaScript, TypeScript, TypeScriptElements, .. Jvm(), Go, Rust, .. CFamily(), Php, Swift];

    private static Language CSharp => new()
    {
        Name = "C#",
        Extensions = [".cs", ".csx"],
        LineComments = ["//"],
        BlockComments = [Stars],
        Strings =
        [
            Double, Single,
            new("@\"", "\"") { Escape = '\0', Doubled = true, Lines = true },
            new("$\"", "\"") { Holes = ["{"] },
            new("$@\"", "\"") { Escape = '\0', Doubled = true, Lines = true, Holes = ["{"] },
            new("@$\"", "\"") { Escape = '\0', Doubled = true, Lines = true, Holes = ["{"] },
            new("\"\"\"", "\"") { Kind = StringKind.Counted },
            new("$\"\"\"", "\"") { Kind = StringKind.Counted },
            new("$$\"\"\"", "\"") { Kind = StringKind.Counted },
            new("$$$\"\"\"", "\"") { Kind = StringKind.Counted },
        ],
        Directives = true,
        Imports = ImportStyle.CSharp,
        Modifiers =
        [
            "public", "private", "protected", "internal", "static", "abstract", "sealed", "virtual", "override", "readonly", "partial", "async", "extern", "unsafe", "new", "file", "required",
            "volatile", "ref", "implicit", "explicit", "const", "event", "fixed", "global",
        ],
        Namespaces = ["namespace"],
        Types = ["class", "struct", "interface", "enum", "record", "delegate"],
        BareFunctions = true,
        Statements = Controls,
        Continues = ["else", "catch", "finally", "where", "with", "is", "as", "and", "or", "switch"],
    };

    private static Language JavaScript => new()
    {
        Name = "JavaScript",
        Extensions = [".js", ".jsx", ".mjs", ".cjs"],
        LineComments = ["//"],
        BlockComments = [Stars],
        Strings = [Double, Single, new("`", "`") { Lines = true, Holes = ["${"] }],
        RegexLiterals = true,
        Elements = true,
        WordSigns = "$",
        LinesEnd = true,
        Imports = ImportStyle.EcmaScript,
        Modifiers = ["export", "default", "async", "static", "public", "private", "protected", "readonly", "abstract", "declare", "override", "get", "set", "accessor"],
        Namespaces = ["namespace", "module"],
        Types = ["class", "interface", "enum", "type"],
        Functions = ["function"],
        Members = ["const", "let", "var"],
        BareFunctions = true,
        NamesFirst = true,
        Statements = [.. Controls.Except(["default"])],
        Continues = ["else", "catch", "finally", "instanceof", "in", "of", "as", "satisfies", "extends", "implements", "from"],
    };

    // Without JSX: <T>value is a cast.
    private static Language TypeScript => JavaScript with { Name = "TypeScript", Extensions = [".ts", ".mts", ".cts"], Elements = false };

    private static Language TypeScriptElements => JavaScript with { Name = "TSX", Extensions = [".tsx"] };

    private static Language[] Jvm() =>
    [
        new()
        {
            Name = "Java",
            Extensions = [".java"],
            LineComments = ["//"],
            BlockComments = [Stars],
            Strings = [Double, Single, Triple],
            Imports = ImportStyle.Dotted,
            Modifiers =
            [
                "public", "private", "protected", "static", "final", "abstract", "native", "synchronized", "transient", "volatile", "strictfp", "default", "sealed", "non-sealed",
            ],
            Types = ["class", "interface", "enum", "record", "@interface"],
            BareFunctions = true,
            Statements = Controls,
            Continues = ["else", "catch", "finally", "throws", "extends", "implements", "instanceof"],
        },
        new()
        {
            Name = "Kotlin",
            Extensions = [".kt", ".kts"],
            LineComments = ["//"],
            BlockComments = [NestedStars],
            Strings =
            [
                new("\"", "\"") { Holes = ["${"] }, Single,
                new("\"\"\"", "\"\"\"") { Escape = '\0', Lines = true, Holes = ["${"] },
            ],
            LinesEnd = true,
            Imports = ImportStyle.Dotted,
            Modifiers =
            [
                "public", "private", "protected", "internal", "open", "abstract", "final", "sealed", "data", "inner", "override", "lateinit", "inline", "suspend", "operator", "infix",
                "tailrec", "external", "const", "enum", "annotation", "companion", "expect", "actual", "value", "vararg", "crossinline", "noinline", "reified",
            ],
            Types = ["class", "interface", "object", "typealias"],
            Functions = ["fun", "constructor", "init"],
            Members = ["val", "var"],
            NamesFirst = true,
            Statements = Controls,
            Continues = ["else", "catch", "finally", "while", "get", "set", "by", "as", "is", "in", "where"],
        },
        new()
        {
            Name = "Scala",
            Extensions = [".scala", ".sc", ".sbt"],
            LineComments = ["//"],
            BlockComments = [NestedStars],
            Strings = [Double, Triple with { Escape = '\0' }, new("s\"", "\"") { Holes = ["${"] }, new("f\"", "\"") { Holes = ["${"] }],
            QuotedNames = true,
            LinesEnd = true,
            Imports = ImportStyle.Scala,
            Modifiers = ["private", "protected", "implicit", "lazy", "final", "sealed", "abstract", "override", "case", "inline", "opaque", "open", "transparent"],
            Namespaces = ["package"],
            Types = ["class", "object", "trait", "enum", "type", "given", "extension"],
            Functions = ["def"],
            Members = ["val", "var"],
            NamesFirst = true,
            Statements = [.. Controls.Except(["package", "case"])],
            Continues = ["else", "catch", "finally", "extends", "with", "match", "yield", "then"],
        },
    ];

    private static Language Go => new()
    {
        Name = "Go",
        Extensions = [".go"],
        LineComments = ["//"],
        BlockComments = [Stars],
        Strings = [Double, Single, new("`", "`") { Escape = '\0', Lines = true }],
        LinesEnd = true,
        Imports = ImportStyle.Go,
        Types = ["type"],
        Functions = ["func"],
        Members = ["const", "var"],
        NamesFirst = true,
        Statements = Controls,
        Continues = ["else"],
    };

    private static Language Rust => new()
    {
        Name = "Rust",
        Extensions = [".rs"],
        LineComments = ["//"],
        BlockComments = [NestedStars],
        Strings =
        [
            new("\"", "\"") { Lines = true }, new("b\"", "\"") { Lines = true }, new("c\"", "\"") { Lines = true },
            new("r", "\"") { Kind = StringKind.Hashed, Lines = true }, new("br", "\"") { Kind = StringKind.Hashed, Lines = true },
            new("cr", "\"") { Kind = StringKind.Hashed, Lines = true },
        ],
        QuotedNames = true,
        Imports = ImportStyle.Rust,
        Modifiers = ["pub", "async", "unsafe", "extern", "default"],
        Namespaces = ["mod"],
        Types = ["struct", "enum", "trait", "impl", "union", "type", "macro_rules"],
        Functions = ["fn"],
        Members = ["const", "static", "let"],
        NamesFirst = true,
        Statements = [.. Controls.Except(["unsafe", "default"])],
        Continues = ["else", "as", "where"],
    };

    private static Language[] CFamily()
    {
        var c = new Language
        {
            Name = "C",
            Extensions = [".c"],
            LineComments = ["//"],
            BlockComments = [Stars],
            Strings = [Double, Single],
            Directives = true,
            Imports = ImportStyle.Include,
            Modifiers =
            [
                "static", "inline", "extern", "const", "volatile", "virtual", "explicit", "constexpr", "friend", "mutable", "register", "typedef", "template", "unsigned", "signed",
            ],
            Namespaces = ["namespace"],
            Types = ["class", "struct", "enum", "union"],
            BareFunctions = true,
            Statements = Controls,
            Continues = ["else", "catch"],
        };
        return
        [
            c,
            c with
            {
                Name = "C++",
                Extensions = [".cpp", ".cc", ".cxx", ".c++", ".h", ".hpp", ".hh", ".hxx", ".inl", ".ipp", ".cu", ".cuh", ".m", ".mm"],
                Strings = [Double, Single, new("R\"", ")\"") { Kind = StringKind.Named }],
            },
        ];
    }

    private static Language Php => new()
    {
        Name = "PHP",
        Extensions = [".php", ".phtml", ".php5", ".inc"],
        LineComments = ["//", "#"],
        BlockComments = [Stars],
        Strings = [new("\"", "\"") { Lines = true, Holes = ["{$"] }, Single with { Lines = true }, new("`", "`") { Lines = true }],
        HereDocuments = ["<<<"],
        CodeOpening = "<?php",
        WordSigns = "$\\",
        Imports = ImportStyle.Php,
        Modifiers = ["public", "private", "protected", "static", "final", "abstract", "readonly", "var"],
        Namespaces = ["namespace"],
        Types = ["class", "interface", "trait", "enum"],
        Functions = ["function", "fn"],
        Members = ["const"],
        NamesFirst = true,
        Statements = Controls,
        Continues = ["else", "elseif", "catch", "finally"],
    };

    private static Language Swift => new()
    {
        Name = "Swift",
        Extensions = [".swift"],
        LineComments = ["//"],
        BlockComments = [NestedStars],
        Strings =
        [
            new("\"", "\"") { Holes = ["\\("] },
            Triple with { Holes = ["\\("] },
            new("#", "\"") { Kind = StringKind.Hashed, Lines = true },
        ],
        LinesEnd = true,
        Imports = ImportStyle.Dotted,
        Modifiers =
        [
            "public", "private", "fileprivate", "internal", "open", "static", "final", "override", "lazy", "weak", "unowned", "mutating", "nonmutating", "convenience", "required", "indirect",
            "dynamic", "optional", "async", "nonisolated", "package",
        ],
        Types = ["class", "struct", "enum", "protocol", "extension", "actor", "typealias"],
        Functions = ["func", "init", "deinit", "subscript"],
        Members = ["let", "var", "case"],
        NamesFirst = true,
        Statements = [.. Controls.Except(["case"])],
        Continues = ["else", "catch", "where", "as", "is", "in"],
    };
}
