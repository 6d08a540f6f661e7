namespace AutoBuild.Syntax;

/// <summary>Is one row of the table of languages: all that the lexer, the tree and what stands on them know of a language.</summary>
public sealed record Language
{
    public required string Name { get; init; }

    /// <summary>With the dot, in lower case.</summary>
    public string[] Extensions { get; init; } = [];

    /// <summary>Whole file names without an extension of the language, in lower case.</summary>
    public string[] FileNames { get; init; } = [];

    public Shape Shape { get; init; } = Shape.Braces;

    /// <summary>What opens a comment that ends with its line.</summary>
    public string[] LineComments { get; init; } = [];

    /// <summary>Whether a line comment needs a blank, a bracket or a separator before it, as <c>#</c> in a shell.</summary>
    public bool CommentsStandApart { get; init; }

    public CommentForm[] BlockComments { get; init; } = [];

    /// <summary>The literals; of two that begin alike the longer opening is taken.</summary>
    public StringForm[] Strings { get; init; } = [];

    /// <summary>Whether text stands in lines below <c>|</c>, and quotes and brackets mean something only where a value begins, as in YAML.</summary>
    public bool BlockScalars { get; init; }

    /// <summary>Whether <c>'</c> may also begin a name: a lifetime of Rust, a symbol of Scala.</summary>
    public bool QuotedNames { get; init; }

    /// <summary>Whether <c>/</c> opens a regular expression where a value begins.</summary>
    public bool RegexLiterals { get; init; }

    /// <summary>Whether markup stands among the code, as in JSX.</summary>
    public bool Elements { get; init; }

    /// <summary>Whether a line that begins with <c>#</c> is one of the preprocessor's.</summary>
    public bool Directives { get; init; }

    /// <summary>What opens a here-document, longest first; empty where there are none.</summary>
    public string[] HereDocuments { get; init; } = [];

    /// <summary>What opens code in a file that is text otherwise, as <c>&lt;?php</c>; null mostly.</summary>
    public string? CodeOpening { get; init; }

    /// <summary>Signs that belong to words beside letters, digits and the underscore.</summary>
    public string WordSigns { get; init; } = "";

    /// <summary>Opening and closing brackets in turn.</summary>
    public string Brackets { get; init; } = "(){}[]";

    public string Separators { get; init; } = ",;";

    /// <summary>Whether a statement may end with its line, without a separator.</summary>
    public bool LinesEnd { get; init; }

    /// <summary>Whether a body in braces is always a list of entries, as in JSON.</summary>
    public bool OnlyEntries { get; init; }

    public ImportStyle Imports { get; init; }

    /// <summary>Words before a definition that do not name its kind.</summary>
    public string[] Modifiers { get; init; } = [];

    public string[] Namespaces { get; init; } = [];

    public string[] Types { get; init; } = [];

    /// <summary>Words that begin a function; empty where a name and a parameter list do.</summary>
    public string[] Functions { get; init; } = [];

    /// <summary>Words that begin a constant, a variable, a field.</summary>
    public string[] Members { get; init; } = [];

    /// <summary>Whether a name before a parameter list is a function: in types, and in files where two words stand before the list.</summary>
    public bool BareFunctions { get; init; }

    /// <summary>Whether the name of a member stands before its type, after a colon or at its end.</summary>
    public bool NamesFirst { get; init; }

    /// <summary>Words that begin a statement and so never a definition.</summary>
    public string[] Statements { get; init; } = [];

    /// <summary>Words that go on with what a closing brace or a line break seemed to end.</summary>
    public string[] Continues { get; init; } = [];

    /// <summary>Words that close an indented block on a line of their own.</summary>
    public string[] Closers { get; init; } = [];

    /// <summary>Elements that have no end.</summary>
    public string[] VoidElements { get; init; } = [];

    /// <summary>Elements whose text is no markup.</summary>
    public string[] RawElements { get; init; } = [];

    internal LexicalIndex Index => field ??= new LexicalIndex(this);
}

/// <summary>Says what a text of the language is built from.</summary>
public enum Shape
{
    /// <summary>Items in brackets, ended by separators or lines.</summary>
    Braces,

    /// <summary>Lines under lines that are indented less.</summary>
    Indent,

    /// <summary>Entries under headings in brackets, as in TOML.</summary>
    Tables,

    /// <summary>Elements.</summary>
    Markup,

    /// <summary>Sections under headings.</summary>
    Prose,
}

/// <summary>Is a comment with an opening and a closing.</summary>
/// <param name="Nests">Whether one may stand within another.</param>
/// <param name="AtLineStart">Whether both have to begin their line.</param>
public sealed record CommentForm(string Open, string Close, bool Nests = false, bool AtLineStart = false);

/// <summary>Is a literal.</summary>
/// <param name="Open">For <see cref="StringKind.Hashed"/> without the hashes.</param>
public sealed record StringForm(string Open, string Close)
{
    public StringKind Kind { get; init; } = StringKind.Quoted;

    /// <summary>What takes its meaning from the sign after it; <c>\0</c> where nothing does.</summary>
    public char Escape { get; init; } = '\\';

    /// <summary>Whether the closing written twice stands for itself.</summary>
    public bool Doubled { get; init; }

    /// <summary>Whether it may go over lines.</summary>
    public bool Lines { get; init; }

    /// <summary>What opens code within it, such as <c>${</c>; its last sign is the bracket that has to close.</summary>
    public string[] Holes { get; init; } = [];
}

public enum StringKind
{
    Quoted,

    /// <summary>Closed by as many quotes as opened it, three or more: a raw literal of C#.</summary>
    Counted,

    /// <summary>Opened and closed by as many hashes: raw literals of Rust and Swift.</summary>
    Hashed,

    /// <summary>A name between the signs of the opening is part of the closing: <c>R"x(…)x"</c>, <c>$x$…$x$</c>.</summary>
    Named,

    /// <summary>Closed by the bracket that answers the sign after the opening: <c>%w[…]</c> of Ruby.</summary>
    Bracketed,
}

/// <summary>Says how imports are written.</summary>
public enum ImportStyle
{
    None,
    CSharp,
    EcmaScript,
    Python,
    Go,

    /// <summary>A path with dots, and an alias after <c>as</c>: Java, Kotlin, Swift.</summary>
    Dotted,
    Scala,
    Rust,
    Include,
    Php,
    Ruby,
    Css,
    Shell,
}
