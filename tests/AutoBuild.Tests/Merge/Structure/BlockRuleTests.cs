using System.Text;
using AutoBuild.Merge;

namespace AutoBuild.Tests.Merge.Structure;

public sealed class BlockRuleTests
{
    [Fact]
    public void Keys_that_both_added_to_the_end_of_json_are_parted_by_commas() =>
        Assert.Equal(
            "{\n  \"z\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n",
            Merged("a.json", "{\n  \"z\": 1\n}\n", "{\n  \"z\": 1,\n  \"b\": 2\n}\n", "{\n  \"z\": 1,\n  \"c\": 3\n}\n"));

    [Fact]
    public void Keys_that_both_added_go_where_sorted_keys_have_them() =>
        Assert.Equal(
            "{\n  \"a\": 1,\n  \"m\": 1,\n  \"n\": 2,\n  \"o\": 3,\n  \"z\": 1\n}\n",
            Merged(
                "a.json", "{\n  \"a\": 1,\n  \"m\": 1,\n  \"z\": 1\n}\n", "{\n  \"a\": 1,\n  \"m\": 1,\n  \"o\": 3,\n  \"z\": 1\n}\n",
                "{\n  \"a\": 1,\n  \"m\": 1,\n  \"n\": 2,\n  \"z\": 1\n}\n"));

    [Fact]
    public void The_last_item_has_a_comma_as_the_side_has_it_that_changed_that() =>
        Assert.Equal("const a = {\n  z: 1,\n  b,\n  c\n}\n", Merged("a.ts", "const a = {\n  z: 1,\n}\n", "const a = {\n  z: 1,\n  b,\n}\n", "const a = {\n  z: 1,\n  c\n}\n"));

    [Theory]
    [InlineData("a.json", "{\n  \"z\": 1\n}\n", "{\n  \"z\": 1,\n  \"b\": 2\n}\n", "{\n  \"z\": 1,\n  \"b\": 3\n}\n")]
    [InlineData("a.cs", "class C\n{\n}\n", "class C\n{\n    int F()\n    {\n        return 1;\n    }\n}\n", "class C\n{\n    int F()\n    {\n        return 2;\n    }\n}\n")]
    public void The_same_key_with_other_content_is_left_open(string path, string start, string ours, string theirs) => Assert.Null(Merged(path, start, ours, theirs));

    [Fact]
    public void Methods_that_both_added_are_both_in_the_targets_first() =>
        Assert.Equal(
            "class C:\n    def a(self):\n        return 1\n\n    def c(self):\n        return 3\n\n    def b(self):\n        return 2\n",
            Merged(
                "a.py", "class C:\n    def a(self):\n        return 1\n", "class C:\n    def a(self):\n        return 1\n\n    def c(self):\n        return 3\n",
                "class C:\n    def a(self):\n        return 1\n\n    def b(self):\n        return 2\n"));

    [Fact]
    public void Comments_travel_with_the_item_below_them() =>
        Assert.Equal(
            "class C {\n  a() {\n    return 1;\n  }\n\n  // c\n  c() {\n    return 3;\n  }\n\n  // b\n  b() {\n    return 2;\n  }\n}\n",
            Merged(
                "a.js", "class C {\n  a() {\n    return 1;\n  }\n}\n", "class C {\n  a() {\n    return 1;\n  }\n\n  // c\n  c() {\n    return 3;\n  }\n}\n",
                "class C {\n  a() {\n    return 1;\n  }\n\n  // b\n  b() {\n    return 2;\n  }\n}\n"));

    [Fact]
    public void A_deletion_does_not_swallow_a_change() =>
        Assert.Null(Merged(
            "a.py", "def a():\n    x = 1\n    return x\n\n\ndef b():\n    return 2\n", "def b():\n    return 2\n", "def a():\n    x = 2\n    return x\n\n\ndef b():\n    return 2\n"));

    [Fact]
    public void A_new_name_from_each_side_is_left_open() =>
        Assert.Null(Merged("a.json", "{\n  \"a\": 1\n}\n", "{\n  \"b\": 1\n}\n", "{\n  \"c\": 1\n}\n"));

    [Fact]
    public void An_item_added_beside_a_list_rewritten_by_the_other_side_is_no_answer_of_items()
    {
        var result = Result("a.cs", "var a = new[]\n{\n    {1, 2},\n};\n", "var a = new[]\n{\n    new(1, 2),\n};\n", "var a = new[]\n{\n    {1, 2},\n    {3, 4},\n};\n");
        Assert.DoesNotContain(result.Chunks, chunk => chunk.Rule.StartsWith("items", StringComparison.Ordinal));
    }

    [Fact]
    public void Statements_that_both_added_are_no_set() =>
        Assert.DoesNotContain(
            Result("a.go", "func f() {\n\ta()\n}\n", "func f() {\n\ta()\n\tb()\n}\n", "func f() {\n\ta()\n\tc()\n}\n").Chunks,
            chunk => chunk.Rule.StartsWith("items", StringComparison.Ordinal));

    [Fact]
    public void Package_references_that_both_added_are_both_in() =>
        Assert.Equal(
            "<Project>\n  <ItemGroup>\n    <PackageReference Include=\"A\" Version=\"1\" />\n    <PackageReference Include=\"B\" Version=\"1\" />\n    <PackageReference Include=\"C\" Version=\"1\" />\n  </ItemGroup>\n</Project>\n",
            Merged(
                "a.csproj", "<Project>\n  <ItemGroup>\n    <PackageReference Include=\"A\" Version=\"1\" />\n  </ItemGroup>\n</Project>\n",
                "<Project>\n  <ItemGroup>\n    <PackageReference Include=\"A\" Version=\"1\" />\n    <PackageReference Include=\"B\" Version=\"1\" />\n  </ItemGroup>\n</Project>\n",
                "<Project>\n  <ItemGroup>\n    <PackageReference Include=\"A\" Version=\"1\" />\n    <PackageReference Include=\"C\" Version=\"1\" />\n  </ItemGroup>\n</Project>\n"));

    [Fact]
    public void A_text_that_does_not_balance_is_left_to_the_rules_for_lines() =>
        Assert.DoesNotContain(
            Result("a.ts", "const a = {\n  z: 1,\n", "const a = {\n  z: 1,\n  b,\n", "const a = {\n  z: 1,\n  c,\n").Chunks,
            chunk => chunk.Rule.StartsWith("items", StringComparison.Ordinal));

    private static string? Merged(string path, string start, string ours, string theirs)
    {
        var result = Result(path, start, ours, theirs);
        return result.IsClean ? Encoding.UTF8.GetString(result.Content) : null;
    }

    private static MergeResult Result(string path, string start, string ours, string theirs) =>
        MergeEngine.Merge(new MergeInput(Encoding.UTF8.GetBytes(start), Encoding.UTF8.GetBytes(ours), Encoding.UTF8.GetBytes(theirs), path));
}
