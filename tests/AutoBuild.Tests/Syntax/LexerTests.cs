using System.Diagnostics;
using AutoBuild.Syntax;
using AutoBuild.Tests.Codebase;
using FsCheck;
using FsCheck.Fluent;

namespace AutoBuild.Tests.Syntax;

/// <summary>Cuts texts of every language into tokens.</summary>
public sealed class LexerTests
{
    /// <summary>Each is a whole literal or comment of its language, brackets and quotes within it included.</summary>
    public static TheoryData<string, TokenKind, string> Whole => new()
    {
        { "a.cs", TokenKind.String, "\"a\\\"b\"" },
        { "a.cs", TokenKind.String, "@\"C:\\\"" },
        { "a.cs", TokenKind.String, "@\"a \"\"b\"\"\n {\"" },
        { "a.cs", TokenKind.String, "$\"a {b[\"x\"]} {{ }}\"" },
        { "a.cs", TokenKind.String, "\"\"\"a \"b\" { \"\"\"" },
        { "a.cs", TokenKind.String, "$$\"\"\"\"a \"\"\" {{b}}\n\"\"\"\"" },
        { "a.cs", TokenKind.String, "'\"'" },
        { "a.cs", TokenKind.Comment, "/* { \" */" },
        { "a.js", TokenKind.String, "`a ${b(`c ${d} }`)} {`" },
        { "a.js", TokenKind.String, "/[/\"]\\/'/gi" },
        { "a.js", TokenKind.String, "`${a.replace(/'/g, \"''\")}`" },
        { "a.ts", TokenKind.Comment, "// don't (" },
        { "a.py", TokenKind.String, "rb\"\"\"a\n\"b\" (\"\"\"" },
        { "a.py", TokenKind.String, "f'{a}\\''" },
        { "a.go", TokenKind.String, "`a\\`" },
        { "a.go", TokenKind.String, "'\"'" },
        { "a.java", TokenKind.String, "\"\"\"\n a \"b\" {\n\"\"\"" },
        { "a.kt", TokenKind.String, "\"a ${b[\"c\"]} {\"" },
        { "a.kt", TokenKind.Comment, "/* a /* b */ { */" },
        { "a.rs", TokenKind.String, "r#\"a \"b\" {\"#" },
        { "a.rs", TokenKind.String, "b\"a\n{\"" },
        { "a.rs", TokenKind.String, "'{'" },
        { "a.rs", TokenKind.String, "'\\''" },
        { "a.rs", TokenKind.Word, "'static" },
        { "a.rs", TokenKind.Comment, "/* /* ' */ */" },
        { "a.cpp", TokenKind.String, "R\"x(a )\" { )x\"" },
        { "a.php", TokenKind.Comment, "# don't" },
        { "a.rb", TokenKind.String, "\"a #{b[\"c\"]} {\"" },
        { "a.rb", TokenKind.String, "%w[a [b] c]" },
        { "a.swift", TokenKind.String, "\"a \\(b(\"c\")) {\"" },
        { "a.swift", TokenKind.String, "##\"a \"# {\"##" },
        { "a.sh", TokenKind.String, "\"a $(b \"c)\") {\"" },
        { "a.sh", TokenKind.String, "'a\\'" },
        { "a.sql", TokenKind.String, "'it''s ('" },
        { "a.sql", TokenKind.String, "$x$ ' ( $x$" },
        { "a.sql", TokenKind.Comment, "-- don't (" },
        { "a.css", TokenKind.String, "url(http://a.b/c)" },
        { "a.xml", TokenKind.Comment, "<!-- <a> ' -->" },
        { "a.xml", TokenKind.String, "<![CDATA[ <a> ]]>" },
        { "a.json", TokenKind.String, "\"a\\\\\"" },
        { "a.toml", TokenKind.String, "'''a ' [ '''" },
        { "a.yaml", TokenKind.String, "'it''s: {'" },
    };

    public static TheoryData<string> Names => [.. Languages.All.Select(language => language.Name)];

    [Theory, MemberData(nameof(Whole))]
    public void A_literal_or_comment_is_one_token(string path, TokenKind kind, string text)
    {
        var before = path.EndsWith(".php", StringComparison.Ordinal) ? "<?php " : "";
        var language = Languages.ForPath(path)!;

        var (tokens, closed) = Lexer.Read(before + text + "\n", language);

        Assert.True(tokens.Contains(new Token(before.Length, text.Length, kind)), Shown(before + text, path));
        Assert.True(closed);
    }

    [Theory]
    [InlineData("a.js", "a = b / c; d = (e) / '('.length;")]
    [InlineData("a.jsx", "x = <p title='{'>Don't {f('(')} (: <b/>it's</p>;")]
    [InlineData("a.tsx", "const f = <T,>(x: T) => { return <div>{x}'</div> }")]
    [InlineData("a.ts", "const a = <B|C>this.d; const e = <F>'<';")]
    [InlineData("a.rs", "fn f<'a>(x: &'a str) -> &'a str { match c { '(' => x, _ => x } }")]
    [InlineData("a.c", "#define OPEN {\n#define A 'x\nint f() { return 1'000; }")]
    [InlineData("a.sh", "cat <<EOF\nit's ( {\nEOF\necho ${#a} # don't")]
    [InlineData("a.rb", "x = <<~SQL\n  it's (\nSQL\ny = a / b")]
    [InlineData("a.php", "it's {\n<?php $a = <<<X\n (\nX;\n#[A('b')]\nf(); ?> don't (")]
    [InlineData("a.yaml", "a: don't {{ x }} # it's\nb: [1, 2]\nc: x#y")]
    [InlineData("a.md", "It's (a :-)\n")]
    public void What_only_looks_like_a_quote_or_bracket_does_not_unbalance(string path, string text) =>
        Assert.True(new SourceText(text, Languages.ForPath(path)!).IsBalanced, Shown(text, path));

    [Theory]
    [InlineData("a.cs", "f(")]
    [InlineData("a.cs", "/* a")]
    [InlineData("a.js", "`a")]
    [InlineData("a.py", "x = '''a")]
    [InlineData("a.json", "[}")]
    public void What_is_open_does_not_balance(string path, string text) => Assert.False(new SourceText(text, Languages.ForPath(path)!).IsBalanced);

    [Theory, MemberData(nameof(Names))]
    public void Any_text_is_covered_without_gaps(string name)
    {
        var language = Languages.Named(name);
        Prop.ForAll(SourceTexts.Any(language), text => Covers(text, language)).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    [Fact]
    public void The_files_of_this_project_are_covered_and_balance()
    {
        foreach (var path in SourceTexts.Own)
        {
            var (text, language) = (Repository.Read(path), Languages.ForPath(path)!);
            Covers(text, language);
            Assert.True(new SourceText(text, language).IsBalanced, path);
        }
    }

    // What a scan that begins anew at each sign would need hours for.
    [Theory, MemberData(nameof(Names))]
    public void A_long_line_takes_linear_time(string name)
    {
        var language = Languages.Named(name);
        foreach (var piece in new[] { "\\'", "\"${", "/* ", "'", "/[", "<<A ", "<a ", "r#\"", "$\"{", "{(", "/a" })
        {
            var text = string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length));
            var began = Stopwatch.GetTimestamp();
            Lexer.Tokens(text, language);
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5), $"{name}: {piece} took {Stopwatch.GetElapsedTime(began)}");
        }
    }

    private static void Covers(string text, Language language)
    {
        var at = 0;
        foreach (var token in Lexer.Tokens(text, language))
        {
            Assert.Equal(at, token.Start);
            Assert.True(token.Length > 0);
            at = token.End;
        }

        Assert.Equal(text.Length, at);
    }

    private static string Shown(string text, string path) =>
        string.Join(' ', Lexer.Tokens(text, Languages.ForPath(path)!).Select(token => $"{token.Kind}:{text.Substring(token.Start, token.Length)}"));
}
