using System.Diagnostics;
using AutoBuild.Syntax;
using AutoBuild.Tests.Codebase;
using FsCheck;
using FsCheck.Fluent;

namespace AutoBuild.Tests.Syntax;

/// <summary>Takes texts of every language apart into items.</summary>
public sealed class BlockTreeTests
{
    public static TheoryData<string> Names => [.. Languages.All.Select(language => language.Name)];

    /// <summary>Trees as kinds with keys, children in braces; what has no key is left out unless it has children that have.</summary>
    public static TheoryData<string, string, string> Trees => new()
    {
        {
            "a.cs", "using A;\nnamespace N;\n\n/// <summary>x</summary>\n[Serializable]\npublic sealed record R<T>(int X) : B\n{\n    private readonly int _a = 1; // why\n    public int P { get; } = 2;\n    public R() : base(1) { }\n    async Task<int> F<U>(Dictionary<int, U> a, int b) => 1;\n    int IX.G() { return 1; }\n    public static bool operator ==(R a, R b) => true;\n}\nenum E { A, B = 2 }",
            "Import A, Namespace N, Type R {Member _a, Member P, Function R/0, Function F/2, Function IX.G/0, Function operator ==/2}, Type E {Member A, Member B}"
        },
        {
            "a.ts", "import { a } from 'a'\nexport class C extends D {\n  private x: number = 1\n  @Input() y\n  constructor(private z: string) { super() }\n  get v() { return 1 }\n  async f(a, b) {\n    g()\n  }\n}\nexport const h = (a) => {\n  return a\n}\ninterface I {\n  a: string;\n  m(): void;\n}\nconst o = {\n  a: 1,\n  'b-c': 2,\n  d,\n  e() { },\n}\ndescribe(\"x\", () => {\n  it(\"y\", () => { z() })\n})",
            "Import a, Type C {Member x, Member y, Function constructor/1, Function v/0, Function f/2}, Function h, Type I {Member a, Function m/0}, Member o {Entry a, Entry b-c, Entry d, Function e/0}, Statement describe(\"x\" {Element {Statement it(\"y\"}}"
        },
        {
            "a.js", "function f() {\n  if (a) {\n    b()\n  } else {\n    c()\n  }\n  return d\n}\nmodule.exports = { f, g }",
            "Function f/0, Statement {Entry f, Entry g}"
        },
        {
            "a.py", "# head\n\n\"\"\"doc\"\"\"\nimport os\nfrom a import (\n    b,\n)\n\nX = [\n    1,\n]\n\n@dec(1)\nclass C(B):\n    y: int = 1\n\n    # of f\n    def f(self, a=1):\n        if a:\n            return 1\n        else:\n            return 2\n        # end of f\n\n    async def g(self): pass\n",
            "Import os, Import a, Member X, Type C {Member y, Function f/2, Function g/1}"
        },
        {
            "a.go", "package p\n\nimport (\n\t\"os\"\n\tb \"a/b\"\n)\n\nconst (\n\tA = iota\n\tB\n)\n\ntype S struct {\n\tX int\n\tY string `json:\"y\"`\n}\n\nfunc (s *S) F(a, b int) error {\n\treturn nil\n}\n\nvar m = map[string]int{\n\t\"a\": 1,\n\t\"b\": 2,\n}",
            "Import {Import os, Import b a/b}, Member {Member A, Member B}, Type S {Member X, Member Y}, Function S.F/2, Member m {Entry a, Entry b}"
        },
        {
            "a.java", "package p;\nimport a.B;\n\n@A(1)\npublic class C<T> {\n  private final int x = 1, y;\n  @Override\n  public <U> U f(Map<K, V> a) throws E { return null; }\n  C() {}\n  interface I { void g(); }\n}\nenum E { A(1), B { void h() {} } }",
            "Import a.B, Type C {Member x, Function f/1, Function C/0, Type I {Function g/0}}, Type E {Member A, Member B {Function h/0}}"
        },
        {
            "a.kt", "import a.B\n\n@A\ndata class C(val a: Int, val b: Int) {\n    val x\n        get() = 1\n    fun <T> List<T>.f(a: Int) = a\n    companion object {\n        const val K = 1\n    }\n}\n\nfun main() {\n    println()\n}",
            "Import a.B, Type C {Member x, Function f/1, Type object {Member K}}, Function main/0"
        },
        {
            "a.rs", "use a::{b, c};\n#[derive(Debug)]\npub struct S<'a> {\n    pub x: &'a str,\n    y: u8,\n}\nimpl<'a> T for S<'a> {\n    fn f(&self, a: u8) -> u8 {\n        match a {\n            1 => { 2 }\n            Some(x) => x,\n            _ => 3,\n        }\n    }\n}\nmod m {\n    const A: u8 = 1;\n}",
            "Import a, Type S {Member x, Member y}, Type impl<'a> T for S<'a> {Function f/2 {Statement {Entry 1, Entry Some(x), Entry _}}}, Namespace m {Member A}"
        },
        {
            "a.cpp", "#include <a>\n#define X {\nnamespace n {\nclass C : public B {\npublic:\n  C(int a) : b(a) {}\n  ~C();\n  virtual int f() const = 0;\n  int x;\n};\n}\nint n::C::g(int a, int b)\n{\n  return 1;\n}",
            "Import <a>, Namespace n {Type C {Function C/1, Function ~C/0, Function f/0, Member x}}, Function n::C::g/2"
        },
        {
            "a.php", "<?php\nnamespace A\\B;\nuse C\\D;\nclass E extends F {\n  const A = 1;\n  private ?int $x = 1;\n  public function f($a, $b): int { return ['k' => 1, 'l' => 2]; }\n}",
            "Namespace A\\B, Import C\\D, Type E {Member A, Member $x, Function f/2 {Statement {Entry k, Entry l}}}"
        },
        {
            "a.rb", "require 'a'\nmodule M\n  class C < B\n    X = 1\n    attr_reader :a\n    def f(a)\n      if a\n        1\n      end\n    end\n  end\nend",
            "Import a, Namespace M {Type C {Member X, Function f/1}}"
        },
        {
            "a.swift", "import A\nfinal class C: B {\n    let x = 1\n    init(a: Int) { }\n    func f(_ a: Int, b: Int) -> Int {\n        return a\n    }\n}\nextension C: D { }\nenum E {\n    case a\n}",
            "Import A, Type C {Member x, Function init/1, Function f/2}, Type extension C: D, Type E {Member a}"
        },
        {
            "a.scala", "import a.B\nobject O extends T {\n  val x = 1\n  def f(a: Int): Int = {\n    a\n  }\n}",
            "Import a, Type O {Member x, Function f/1}"
        },
        { "a.sh", "#!/bin/sh\n. ./lib.sh\nX=1\nf() {\n  if a; then\n    b\n  else\n    c\n  fi\n}\nf", "Import . ./lib.sh, Member X, Function f/0" },
        { "a.css", "@import 'a';\n.a, .b > c {\n  color: red;\n  margin: 0;\n}\n@media (x) {\n  d { e: f }\n}", "Import @import a, Entry .a, .b > c {Entry color, Entry margin}, Entry @media (x) {Entry d {Entry e}}" },
        { "a.json", "{\n  // one\n  \"a\": 1,\n  \"b\": [\n    { \"c\": 2 }\n  ]\n}", "Element {Entry a, Entry b {Element {Entry c}}}" },
        {
            "a.yml", "# head\na: 1\nb:\n- name: x\n  run: |\n    c: {\n    d\n- y\nc: {d: 1, e: 2}\n\"f g\":\n  h: i # j\n",
            "Entry a, Entry b {Element name: x {Entry run}}, Entry c {Entry d, Entry e}, Entry f g {Entry h}"
        },
        { "a.toml", "t = 1\n\n[a.b]\nx = 1\ny = [\n  1,\n]\n[[p]]\nname = \"n\"\n", "Entry t, Section a.b {Entry x, Entry y}, Section p name = \"n\" {Entry name}" },
        {
            "a.csproj", "<Project Sdk=\"x\">\n  <!-- why -->\n  <ItemGroup>\n    <PackageReference Include=\"A\" Version=\"1\" />\n    <PackageReference Include=\"B\"><Version>2</Version></PackageReference>\n  </ItemGroup>\n  <PropertyGroup><A>1</A></PropertyGroup>\n</Project>\n",
            "Entry Project {Entry ItemGroup {Entry PackageReference[Include=A], Entry PackageReference[Include=B] {Entry Version}}, Entry PropertyGroup {Entry A}}"
        },
        { "a.html", "<!DOCTYPE html>\n<ul id='u'><li>a<br></li><li>b</li></ul>\n<script>if (a < b) { }</script>", "Entry ul[id=u] {Entry {Entry br}}, Entry script" },
        { "a.md", "intro\n\n# A\n\ntext\nmore\n\n- one\n  two\n- three\n\n## B\n```\n# no\n```\nC\n===\n", "Section A {Section B}, Section C" },
        { "a.rst", "Aaa\n===\n\nb\n\nCcc\n---\n\n* d\n\nEee\n===\n", "Section Aaa {Section Ccc}, Section Eee" },
    };

    [Theory, MemberData(nameof(Trees))]
    public void Items_are_told_apart(string path, string text, string expected) => Assert.Equal(expected, Outline(BlockTree.Of(text, Languages.ForPath(path)!)!));

    [Theory]
    [InlineData("a.cs", "class C\n{\n    // of a\n    [X]\n    int a; // after a\n\n    int b;\n    // end\n}", "    // of a\n    [X]\n    int a; // after a\n|\n    int b;\n|    // end\n")]
    [InlineData("a.js", "f(a, // one\n  b)", "a, // one\n|  b")]
    [InlineData("a.json", "{\n  \"a\": 1, // one\n  \"b\": 2\n}", "  \"a\": 1, // one\n|  \"b\": 2\n")]
    [InlineData("a.ts", "enum E {\r\n  A,\r\n\r\n  B\r\n}", "  A,\r\n|\r\n  B\r\n")]
    [InlineData("a.xml", "<a>\n  <!-- b -->\n  <b/>\n  c\n</a>", "  <!-- b -->\n  <b/>\n|  c\n")]
    public void Comments_and_attributes_stay_with_their_item(string path, string text, string expected)
    {
        var owner = BlockTree.Of(text, Languages.ForPath(path)!)!.Children[0];

        Assert.Equal(expected, string.Join('|', owner.Children.Select(child => text[child.Start..child.End])));
        Assert.Equal(expected.Replace("|", "", StringComparison.Ordinal), text[owner.BodyStart..owner.BodyEnd]);
    }

    [Fact]
    public void What_stands_at_the_head_of_a_file_is_an_item_of_its_own()
    {
        const string Text = "// Licence\n\n// of A\nusing A;\n";

        var first = BlockTree.Of(Text, Languages.ForPath("a.cs")!)!.Children[0];

        Assert.Equal(("// Licence\n\n", first.End), (Text[first.Start..first.End], first.CodeStart));
    }

    [Theory]
    [InlineData("a.cs", "class A {")]
    [InlineData("a.py", "f(")]
    [InlineData("a.xml", "<a><b></a>")]
    [InlineData("a.xml", "</a>")]
    [InlineData("a.json", "[}")]
    public void What_does_not_balance_has_no_tree(string path, string text) => Assert.Null(BlockTree.Of(text, Languages.ForPath(path)!));

    [Theory, MemberData(nameof(Names))]
    public void Any_text_is_tiled_or_has_no_tree(string name)
    {
        var language = Languages.Named(name);
        Prop.ForAll(SourceTexts.Any(language), text => { Tiles(text, language); }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public void The_files_of_this_project_are_tiled()
    {
        foreach (var path in SourceTexts.Own)
        {
            Assert.True(Tiles(Repository.Read(path), Languages.ForPath(path)!), path);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Deep_and_long_texts_take_linear_time(string name)
    {
        var language = Languages.Named(name);
        foreach (var (piece, close) in new[] { ("{", "}"), ("(a, ", ")"), ("a: [\n", "]"), ("<a>", "</a>"), ("f(a, b);", ""), ("- a\n", ""), ("# a\n", ""), ("x = {\n}\n", "") })
        {
            var count = 20_000 / piece.Length;
            var text = string.Concat(Enumerable.Repeat(piece, count)) + string.Concat(Enumerable.Repeat(close, count));
            var began = Stopwatch.GetTimestamp();
            Tiles(text, language);
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5), $"{name}: {piece} took {Stopwatch.GetElapsedTime(began)}");
        }
    }

    private static bool Tiles(string text, Language language)
    {
        var tree = BlockTree.Of(text, language);
        if (tree is not null)
        {
            Assert.Equal((0, text.Length), (tree.Start, tree.End));
            Tiles(tree);
        }

        return tree is not null;
    }

    private static void Tiles(Block block)
    {
        Assert.InRange(block.CodeStart, block.Start, block.End);
        if (!block.HasBody)
        {
            Assert.Empty(block.Children);
            return;
        }

        Assert.InRange(block.BodyStart, block.Start, block.End);
        Assert.InRange(block.BodyEnd, block.BodyStart, block.End);
        var at = block.BodyStart;
        foreach (var child in block.Children)
        {
            Assert.Equal(at, child.Start);
            Assert.True(child.End > at);
            at = child.End;
            Tiles(child);
        }

        Assert.True(block.Children.Count == 0 || at == block.BodyEnd);
    }

    private static string Outline(Block block)
    {
        var items = block.Children.Select(child => (child, Inner: Outline(child))).Where(one => one.child.Key is not null || one.Inner.Length > 0);
        return string.Join(", ", items.Select(one => $"{one.child.Kind} {one.child.Key}".TrimEnd() + (one.Inner.Length > 0 ? $" {{{one.Inner}}}" : "")));
    }
}
