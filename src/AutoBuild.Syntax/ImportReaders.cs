namespace AutoBuild.Syntax;

/// <summary><c>using static System.Math;</c>, <c>global using A = B;</c>.</summary>
internal sealed class CSharpImports : ImportReader
{
    public override bool EndsWithText => false;

    public override bool Begins(SourceText source, int token)
    {
        var next = source.NextCode(token + 1, source.Tokens.Length);
        return source.Is(token, "using") ? next < source.Tokens.Length && source.Tokens[next].Kind == TokenKind.Word && !source.Is(next, "var")
            : source.Is(token, "global") && source.Is(next, "using");
    }

    public override bool Ends(SourceText source, int first, int token) => source.Is(token, ';');

    public override void Read(SourceText source, int first, int end, List<ImportStatement> found)
    {
        var code = Code(source, first, end);
        var modifiers = code.TakeWhile(token => source.Is(token, "global") || source.Is(token, "using") || source.Is(token, "static") || source.Is(token, "unsafe")).ToList();
        var rest = code[modifiers.Count..];
        var alias = rest.FindIndex(token => source.Is(token, '='));

        // A declaration has a type before its name: using Stream file = …
        if (alias > 1 || rest.Count == 0)
        {
            return;
        }

        var written = string.Join(' ', modifiers.Where(token => !source.Is(token, "using")).Select(token => source.Span(token).ToString()));
        found.Add(Statement(source, first, end, Join(source, rest[(alias + 1)..]), [], alias == 1 ? $"{written} {source.Span(rest[0])} =".TrimStart() : written));
    }
}

/// <summary><c>import a, { b as c, type d } from "m"</c>, <c>export * from "m"</c>, <c>const { a } = require("m")</c>.</summary>
internal sealed class EcmaScriptImports : ImportReader
{
    private static readonly string[] Declared = ["const", "let", "var"];

    public override bool Begins(SourceText source, int token)
    {
        var next = source.NextCode(token + 1, source.Tokens.Length);
        if (next == source.Tokens.Length)
        {
            return false;
        }

        return source.Is(token, "import") ? !source.Is(next, '(') && !source.Is(next, '.')
            : source.Is(token, "export") ? source.Is(next, '{') || source.Is(next, '*') || (source.Is(next, "type") && IsTypeList(source, next))
            : Array.Exists(Declared, word => source.Is(token, word)) && Required(source, next);
    }

    public override bool Ends(SourceText source, int first, int token) =>
        source.Is(token, ';') || (source.Tokens[token].Kind == TokenKind.Newline && token > first && source.Tokens[LastCode(source, token)].Kind is TokenKind.String or TokenKind.Close);

    public override void Read(SourceText source, int first, int end, List<ImportStatement> found)
    {
        var code = Code(source, first, end);
        var module = code.FindLast(token => source.Tokens[token].Kind == TokenKind.String);
        if (module != 0 && (code[^1] == module || source.Is(code[^1], ')') || source.Is(code[^1], '}')))
        {
            found.Add(Read(source, first, end, code, module));
        }
    }

    private static ImportStatement Read(SourceText source, int first, int end, List<int> code, int module)
    {
        var keyword = source.Span(first).ToString();
        var isRequire = Array.IndexOf(Declared, keyword) >= 0;
        var typed = !isRequire && source.Is(code[1], "type") && code.Count > 3 && !source.Is(code[2], ',') && !source.Is(code[2], "from");
        var stop = isRequire ? code.FindIndex(token => source.Is(token, '=')) : code.FindLastIndex(token => source.Is(token, "from"));
        var clause = stop < 0 ? [] : code[(typed ? 2 : 1)..stop];
        var modifiers = isRequire ? $"{keyword} require" : $"{(keyword == "import" ? "" : keyword)}{(typed ? " type" : "")}".Trim();
        return Statement(source, first, end, Unquoted(source.Span(module).ToString()), Clause(source, clause, isRequire ? ":" : "as"), modifiers);
    }

    private static List<ImportedName> Clause(SourceText source, List<int> clause, string alias)
    {
        var open = clause.FindIndex(token => source.Is(token, '{'));
        var plain = open < 0 ? clause : clause[..open];
        var names = new List<ImportedName>();
        foreach (var name in Names(source, plain))
        {
            names.Add(name.Name == "*" ? name : new ImportedName("default", name.Name, name.Modifiers));
        }

        var close = clause.FindLastIndex(token => source.Is(token, '}'));
        names.AddRange(open >= 0 && close > open ? Names(source, clause[(open + 1)..close], alias) : []);
        return names;
    }

    private static bool IsTypeList(SourceText source, int token) => source.Is(source.NextCode(token + 1, source.Tokens.Length), "{");

    // A name or a list in braces, then = require(
    private static bool Required(SourceText source, int token)
    {
        var end = source.Tokens.Length;
        var after = source.Is(token, '{') && source.Partner(token) > 0 ? source.Partner(token) : token;
        var sign = source.NextCode(after + 1, end);
        var call = source.NextCode(sign + 1, end);
        return sign < end && source.Is(sign, '=') && call < end && source.Is(call, "require") && source.Is(source.NextCode(call + 1, end), "(");
    }

    private static int LastCode(SourceText source, int token)
    {
        do
        {
            token--;
        }
        while (token > 0 && !source.IsCode(token));
        return token;
    }
}

/// <summary><c>from a import (b as c, d)</c>, <c>import a.b as c</c>.</summary>
internal sealed class PythonImports : ImportReader
{
    public override bool Begins(SourceText source, int token) => source.Is(token, "import") || source.Is(token, "from");

    public override bool Ends(SourceText source, int first, int token) =>
        source.Is(token, ';') || (source.Tokens[token].Kind == TokenKind.Newline && !source.Is(token - 1, "\\"));

    public override void Read(SourceText source, int first, int end, List<ImportStatement> found)
    {
        var code = Code(source, first, end).FindAll(token => !source.Is(token, '(') && !source.Is(token, ')') && !source.Is(token, '\\'));
        var import = code.FindIndex(token => source.Is(token, "import"));
        if (import < 0 || import == code.Count - 1)
        {
            return;
        }

        if (import > 0)
        {
            found.Add(Statement(source, first, end, Join(source, code[1..import]), Names(source, code[(import + 1)..]), ""));
            return;
        }

        var names = Names(source, code[1..]);
        found.Add(names.Count == 1
            ? Statement(source, first, end, names[0].Name, [], names[0].Alias is { } alias ? "as " + alias : "")
            : Statement(source, first, end, "", names, ""));
    }
}

/// <summary><c>import "a"</c>, and the lines of <c>import ( … )</c>.</summary>
internal sealed class GoImports : ImportReader
{
    public override bool Begins(SourceText source, int token) => source.Is(token, "import");

    public override void Read(SourceText source, int first, int end, List<ImportStatement> found)
    {
        for (var i = first + 1; i < end; i++)
        {
            if (source.Tokens[i].Kind == TokenKind.String)
            {
                var before = Before(source, i, first);
                var start = before < i && before != first ? before : i;
                start = source.Is(source.NextCode(first + 1, end), '(') ? start : first;
                if (Imports.LineEnd(source, i + 1) is var line and >= 0)
                {
                    found.Add(new ImportStatement(Imports.LineStart(source, start), line, Unquoted(source.Span(i).ToString()), [], before < i && before != first ? source.Span(before).ToString() : ""));
                }
            }
        }
    }

    // The alias; the literal itself where it has none.
    private static int Before(SourceText source, int literal, int first)
    {
        var before = literal - 1;
        while (before > first && source.Tokens[before].Kind == TokenKind.Space)
        {
            before--;
        }

        return source.Tokens[before].Kind == TokenKind.Word || source.Is(before, '.') ? before : literal;
    }
}

/// <summary><c>import static a.b.C;</c>, <c>import a.b.C as D</c>, <c>@testable import A</c>.</summary>
internal sealed class DottedImports : ImportReader
{
    private static readonly string[] Kinds = ["static", "class", "struct", "enum", "protocol", "func", "typealias", "var", "let"];

    public override bool Begins(SourceText source, int token)
    {
        if (source.Is(token, '@'))
        {
            token = source.NextCode(token + 2, source.Tokens.Length);
        }

        return token < source.Tokens.Length && source.Is(token, "import");
    }

    public override void Read(SourceText source, int first, int end, List<ImportStatement> found)
    {
        var code = Code(source, first, end);
        var start = code.FindIndex(token => source.Is(token, "import"));
        var from = start + (start + 2 < code.Count && Array.Exists(Kinds, kind => source.Is(code[start + 1], kind)) ? 2 : 1);
        if (start < 0 || from >= code.Count)
        {
            return;
        }

        var alias = code.FindIndex(from, token => source.Is(token, "as"));
        var stop = alias < 0 ? code.Count : alias;
        var modifiers = code[..start].Concat(code[(start + 1)..from]).Concat(code[stop..]);
        found.Add(Statement(source, first, end, Join(source, code[from..stop]), [], Join(source, modifiers)));
    }
}

/// <summary><c>use a::b::{c, d as e, f::g};</c>, and what is alike with other signs.</summary>
internal sealed class TreeImports(string keyword, string separator, char ends) : ImportReader
{
    private static readonly string[] Kinds = ["function", "const"];

    public override bool EndsWithText => ends == '\n';

    public override bool Begins(SourceText source, int token) => source.Is(Keyword(source, token), keyword);

    public override bool Ends(SourceText source, int first, int token) => source.Is(token, ';') || (ends == '\n' && source.Tokens[token].Kind == TokenKind.Newline);

    public override void Read(SourceText source, int first, int end, List<ImportStatement> found)
    {
        var code = Code(source, first, end);
        var start = code.FindIndex(token => source.Is(token, keyword));
        var from = start + (start + 2 < code.Count && Array.Exists(Kinds, kind => source.Is(code[start + 1], kind)) ? 2 : 1);
        if (start < 0 || from >= code.Count)
        {
            return;
        }

        var modifiers = Join(source, code[..start].Concat(code[(start + 1)..from]));
        var names = new List<ImportedName>();
        var path = code[from..];
        if (!path.Exists(token => source.Is(token, '{')))
        {
            Plain(source, path, first, end, modifiers, found);
            return;
        }

        var open = path.FindIndex(token => source.Is(token, '{'));
        Group(source, Within(path, open), "", names);
        found.Add(Statement(source, first, end, Join(source, path[..open]).TrimEnd(separator[0]), names, modifiers));
    }

    // pub use, pub(crate) use.
    private static int Keyword(SourceText source, int token)
    {
        var end = source.Tokens.Length;
        if (!source.Is(token, "pub"))
        {
            return token;
        }

        var next = source.NextCode(token + 1, end);
        return next < end && source.Is(next, '(') && source.Partner(next) > 0 ? source.NextCode(source.Partner(next) + 1, end) : next;
    }

    private void Plain(SourceText source, List<int> path, int first, int end, string modifiers, List<ImportStatement> found)
    {
        var text = Join(source, path);
        var alias = path.FindIndex(token => source.Is(token, "as"));
        var whole = alias < 0 ? text : Join(source, path[..alias]);
        var other = alias < 0 ? null : Join(source, path[(alias + 1)..]);
        var cut = whole.LastIndexOf(separator, StringComparison.Ordinal);

        // PHP takes one path; Rust and Scala a name out of one.
        found.Add(separator == "\\" || cut < 0
            ? Statement(source, first, end, whole, [], other is null ? modifiers : $"{modifiers} as {other}".TrimStart())
            : Statement(source, first, end, whole[..cut], [new ImportedName(whole[(cut + separator.Length)..], other, "")], modifiers));
    }

    private void Group(SourceText source, List<int> code, string prefix, List<ImportedName> names)
    {
        for (int from = 0, at = 0, depth = 0; at <= code.Count; at++)
        {
            if (at < code.Count && (depth != 0 || !source.Is(code[at], ',')))
            {
                depth += source.Is(code[at], '{') ? 1 : source.Is(code[at], '}') ? -1 : 0;
                continue;
            }

            One(source, code[from..at], prefix, names);
            from = at + 1;
        }
    }

    // The bracket may be the last there is, of what nobody closed.
    private static List<int> Within(List<int> code, int open) => code[(open + 1)..Math.Max(open + 1, code.Count - 1)];

    private void One(SourceText source, List<int> code, string prefix, List<ImportedName> names)
    {
        var open = code.FindIndex(token => source.Is(token, '{'));
        if (open >= 0)
        {
            Group(source, Within(code, open), prefix + Join(source, code[..open]), names);
            return;
        }

        foreach (var name in Names(source, code, code.Exists(token => source.Is(token, "=>")) ? "=>" : "as"))
        {
            names.Add(name with { Name = prefix + name.Name });
        }
    }
}

/// <summary>A word and a path: <c>#include &lt;a.h&gt;</c>, <c>require "a"</c>, <c>@import "a";</c>.</summary>
internal sealed class PathImports(string[] keywords) : ImportReader
{
    public override bool Begins(SourceText source, int token)
    {
        var word = source.Is(token, '#') ? source.NextCode(token + 1, source.Tokens.Length) : token;
        return word < source.Tokens.Length && Array.Exists(keywords, keyword => source.Is(word, word == token ? keyword : keyword.AsSpan(1)));
    }

    public override void Read(SourceText source, int first, int end, List<ImportStatement> found)
    {
        var code = Code(source, first, end);
        var start = source.Is(first, '#') ? 2 : 1;
        if (code.Count > start)
        {
            var keyword = source.Span(code[start - 1]).ToString();
            found.Add(Statement(source, first, end, Unquoted(Join(source, code[start..])), [], keyword is "include" or "require" or "source" ? "" : keyword));
        }
    }
}
