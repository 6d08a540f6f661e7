namespace AutoBuild.Syntax;

// Languages whose blocks are told by their indentation, and SQL.
public static partial class Languages
{
    private static Language[] Scripts() => [Python, Ruby, Shell, Sql];

    private static Language Python => new()
    {
        Name = "Python",
        Extensions = [".py", ".pyi", ".pyx", ".bzl", ".star"],
        FileNames = ["sconstruct", "build", "workspace"],
        Shape = Shape.Indent,
        LineComments = ["#"],
        Strings = [.. PythonStrings()],
        LinesEnd = true,
        Imports = ImportStyle.Python,
        Modifiers = ["async"],
        Types = ["class"],
        Functions = ["def"],
        NamesFirst = true,
        Statements = [.. Controls, "except", "pass", "raise", "global", "nonlocal", "from", "lambda", "not", "print", "del"],
        Continues = ["elif", "else", "except", "finally"],
    };

    private static Language Ruby => new()
    {
        Name = "Ruby",
        Extensions = [".rb", ".rake", ".gemspec", ".podspec", ".ru"],
        FileNames = ["gemfile", "rakefile", "podfile", "fastfile", "vagrantfile", "brewfile"],
        Shape = Shape.Indent,
        LineComments = ["#"],
        BlockComments = [new("=begin", "=end", AtLineStart: true)],
        Strings =
        [
            new("\"", "\"") { Lines = true, Holes = ["#{"] }, Single with { Lines = true }, new("`", "`") { Lines = true, Holes = ["#{"] },
            new("%w", "") { Kind = StringKind.Bracketed }, new("%i", "") { Kind = StringKind.Bracketed }, new("%q", "") { Kind = StringKind.Bracketed },
            new("%Q", "") { Kind = StringKind.Bracketed }, new("%r", "") { Kind = StringKind.Bracketed },
        ],
        HereDocuments = ["<<~", "<<-", "<<"],
        RegexLiterals = true,
        WordSigns = "@$",
        LinesEnd = true,
        Imports = ImportStyle.Ruby,
        Modifiers = ["private", "protected", "public", "private_class_method"],
        Namespaces = ["module"],
        Types = ["class"],
        Functions = ["def"],
        NamesFirst = true,
        Statements = [.. Controls, "unless", "until", "begin", "rescue", "ensure", "raise", "puts", "end", "require", "require_relative"],
        Continues = ["else", "elsif", "rescue", "ensure", "when", "in"],
        Closers = ["end"],
    };

    private static Language Shell => new()
    {
        Name = "Shell",
        Extensions = [".sh", ".bash", ".zsh", ".ksh", ".bats"],
        FileNames = [".bashrc", ".bash_profile", ".profile", ".zshrc", ".envrc", "gradlew", "mvnw", "dockerfile", "containerfile"],
        Shape = Shape.Indent,
        LineComments = ["#"],
        CommentsStandApart = true,
        Strings =
        [
            new("\"", "\"") { Lines = true, Holes = ["$(", "${"] }, Single with { Escape = '\0', Lines = true },
            new("$'", "'") { Lines = true }, new("`", "`") { Lines = true },
        ],
        HereDocuments = ["<<-", "<<"],
        WordSigns = "$-./",
        Brackets = "",
        Separators = ";",
        LinesEnd = true,
        Imports = ImportStyle.Shell,
        Modifiers = ["export", "local", "readonly", "declare"],
        Functions = ["function"],
        BareFunctions = true,
        NamesFirst = true,
        Statements = [.. Controls, "then", "fi", "done", "esac", "echo", "set", "exit"],
        Continues = ["then", "else", "elif", "do", "{"],
        Closers = ["fi", "done", "esac", "}", ")", "}", ";;"],
    };

    private static Language Sql => new()
    {
        Name = "SQL",
        Extensions = [".sql", ".ddl", ".psql"],
        LineComments = ["--"],
        BlockComments = [NestedStars],
        Strings =
        [
            new("'", "'") { Escape = '\0', Doubled = true, Lines = true }, new("\"", "\"") { Escape = '\0', Doubled = true },
            new("`", "`") { Escape = '\0' }, new("$", "$") { Kind = StringKind.Named, Lines = true },
        ],
        Brackets = "()[]{}",
    };

    private static readonly string[] PythonPrefixes =
        ["", "r", "R", "b", "B", "u", "U", "f", "F", "rb", "Rb", "rB", "RB", "br", "bR", "Br", "BR", "rf", "Rf", "rF", "RF", "fr", "fR", "Fr", "FR", "t"];

    private static readonly string[] PythonQuotes = ["\"", "'", "\"\"\"", "'''"];

    // All prefixes in the cases they are written in; a raw literal too keeps a quote behind a backslash.
    private static IEnumerable<StringForm> PythonStrings() =>
        from prefix in PythonPrefixes
        from quote in PythonQuotes
        select new StringForm(prefix + quote, quote) { Lines = quote.Length == 3 };
}
