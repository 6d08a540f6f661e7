using AutoBuild.Syntax;

namespace AutoBuild.Tests.Syntax;

/// <summary>Finds what texts define, and where.</summary>
public sealed class DefinitionsTests
{
    [Theory]
    [InlineData("a.cs", "namespace N;\n\n// of C\n[A]\npublic class C\n{\n    int _x = 1;\n\n    public int F(int a)\n    {\n        return a;\n    }\n}\n",
        "Type C 5-13 public class C|Member C._x 7-7 int _x = 1|Function C.F 9-12 public int F(int a)")]
    [InlineData("a.py", "class C:\n    @d\n    def f(self,\n          a):\n        return 1\n\n\ndef g(): pass\n", "Type C 1-5 class C|Function C.f 3-5 def f(self, a)|Function g 8-8 def g(): pass")]
    [InlineData("a.go", "package p\n\nfunc (s *S) F() {\n}\n", "Function S.F 3-4 func (s *S) F()")]
    [InlineData("a.md", "# A\n\nx\n\n## B\n", "Section A 1-5 # A|Section A.B 5-5 ## B")]
    [InlineData("a.ts", "export const f = (a) => {\n  return a\n}", "Function f 1-3 export const f = (a) =>")]
    public void Each_has_its_place_and_signature(string path, string text, string expected) =>
        Assert.Equal(expected, string.Join('|', Definitions.Of(text, Languages.ForPath(path)!).Select(one => $"{one.Kind} {one.QualifiedName} {one.FirstLine}-{one.LastLine} {one.Signature}")));

    [Fact]
    public void A_text_without_a_tree_has_none() => Assert.Empty(Definitions.Of("class C {", Languages.ForPath("a.cs")!));
}
