namespace AutoBuild.Syntax;

/// <summary>Knows one way to write imports.</summary>
internal abstract class ImportReader
{
    /// <summary>Whether a statement may end with the text, without a separator or a line break.</summary>
    public virtual bool EndsWithText => true;

    public static ImportReader? For(ImportStyle style) => style switch
    {
        ImportStyle.None => null,
        ImportStyle.CSharp => new CSharpImports(),
        ImportStyle.EcmaScript => new EcmaScriptImports(),
        ImportStyle.Python => new PythonImports(),
        ImportStyle.Go => new GoImports(),
        ImportStyle.Dotted => new DottedImports(),
        ImportStyle.Scala => new TreeImports("import", ".", '\n'),
        ImportStyle.Rust => new TreeImports("use", "::", ';'),
        ImportStyle.Include => new PathImports(["#include", "#import"]),
        ImportStyle.Php => new TreeImports("use", "\\", ';'),
        ImportStyle.Ruby => new PathImports(["require", "require_relative", "load"]),
        ImportStyle.Css => new PathImports(["@import", "@use", "@forward", "@charset"]),
        ImportStyle.Shell => new PathImports(["source", "."]),
    };

    /// <summary>Whether a statement begins with a token.</summary>
    public abstract bool Begins(SourceText source, int token);

    /// <summary>Whether it ends with a token, which stands in no bracket of it.</summary>
    public virtual bool Ends(SourceText source, int first, int token) => source.Tokens[token].Kind == TokenKind.Newline || source.Is(token, ';');

    /// <summary>Adds what the statement imports.</summary>
    public abstract void Read(SourceText source, int first, int end, List<ImportStatement> found);

    /// <summary>The tokens of a statement without blanks, comments and the closing separator.</summary>
    protected static List<int> Code(SourceText source, int first, int end)
    {
        var code = new List<int>();
        for (var i = first; i < end; i++)
        {
            if (source.IsCode(i) && !source.Is(i, ';'))
            {
                code.Add(i);
            }
        }

        return code;
    }

    /// <summary>Their text without blanks between signs, one blank between words.</summary>
    protected static string Join(SourceText source, IEnumerable<int> code)
    {
        var text = new System.Text.StringBuilder();
        var last = TokenKind.Symbol;
        foreach (var token in code)
        {
            var kind = source.Tokens[token].Kind;
            text.Append(text.Length > 0 && kind is TokenKind.Word or TokenKind.Number or TokenKind.String && last is TokenKind.Word or TokenKind.Number or TokenKind.String && last != TokenKind.Symbol ? " " : "")
                .Append(source.Span(token));
            last = kind;
        }

        return text.ToString();
    }

    protected static ImportStatement Statement(SourceText source, int first, int end, string module, IReadOnlyList<ImportedName> names, string modifiers) =>
        new(Imports.LineStart(source, first), Imports.LineEnd(source, end), module, names, modifiers);

    /// <summary>Cuts a list of names at its commas: <c>a, type b as c</c>.</summary>
    protected static List<ImportedName> Names(SourceText source, IEnumerable<int> code, string alias = "as")
    {
        var names = new List<ImportedName>();
        var one = new List<int>();
        foreach (var token in code)
        {
            if (!source.Is(token, ','))
            {
                one.Add(token);
                continue;
            }

            Add();
        }

        Add();
        return names;

        void Add()
        {
            if (one.Count > 0)
            {
                names.Add(Name(source, one, alias));
                one.Clear();
            }
        }
    }

    protected static string Unquoted(string literal) => literal.Trim('"', '\'', '`');

    private static ImportedName Name(SourceText source, List<int> code, string alias)
    {
        var at = code.FindIndex(1, token => source.Is(token, alias));
        var (name, other) = at < 0 ? (code, null) : (code[..at], Join(source, code[(at + 1)..]));
        var modifier = name.Count > 1 && source.Tokens[name[0]].Kind == TokenKind.Word && source.Tokens[name[1]].Kind == TokenKind.Word ? source.Span(name[0]).ToString() : "";
        return new ImportedName(Join(source, modifier.Length > 0 ? name[1..] : name), other, modifier);
    }
}
