using System.Text;
using AutoBuild.Merge;

namespace AutoBuild.Tests.Merge.Structure;

public sealed class ImportRuleTests
{
    [Theory]
    [InlineData("a.cs", "using A;\nusing M;\n", "using A;\nusing C;\nusing M;\n", "using A;\nusing B;\nusing M;\n", "using A;\nusing B;\nusing C;\nusing M;\n")]
    [InlineData("a.java", "import a.A;\nimport m.M;\n", "import a.A;\nimport c.C;\nimport m.M;\n", "import a.A;\nimport b.B;\nimport m.M;\n", "import a.A;\nimport b.B;\nimport c.C;\nimport m.M;\n")]
    [InlineData("a.rs", "use a::A;\nuse m::M;\n", "use a::A;\nuse c::C;\nuse m::M;\n", "use a::A;\nuse b::B;\nuse m::M;\n", "use a::A;\nuse b::B;\nuse c::C;\nuse m::M;\n")]
    public void Imports_that_both_added_go_where_a_sorted_block_has_them(string path, string start, string ours, string theirs, string expected) =>
        Assert.Equal(expected, Merged(path, start, ours, theirs));

    [Fact]
    public void Imports_that_both_added_keep_the_targets_first_where_nothing_is_sorted() =>
        Assert.Equal(
            "import z from 'z';\nimport y from 'y';\nimport b from 'b';\nimport a from 'a';\n",
            Merged("a.ts", "import z from 'z';\n", "import z from 'z';\nimport y from 'y';\nimport b from 'b';\n", "import z from 'z';\nimport a from 'a';\n"));

    [Fact]
    public void An_import_that_both_added_is_in_once() =>
        Assert.Equal("import a\nimport b\nimport c\nimport d\n", Merged("a.py", "import a\n", "import a\nimport b\nimport c\n", "import a\nimport c\nimport d\n"));

    [Fact]
    public void Names_of_one_module_are_merged_as_a_set() =>
        Assert.Equal("import { a, b, c, d } from 'm';\n", Merged("a.ts", "import { b, c } from 'm';\n", "import { a, b, c } from 'm';\n", "import { b, c, d } from 'm';\n"));

    [Fact]
    public void A_name_taken_out_and_a_name_put_in_both_count() =>
        Assert.Equal("from m import a, d\n", Merged("a.py", "from m import a, b, d\n", "from m import a, b, c, d\n", "from m import a, d\n")?.Replace(" c,", "", StringComparison.Ordinal));

    [Fact]
    public void A_line_that_would_outgrow_the_file_is_left_open()
    {
        var names = string.Join(", ", Enumerable.Range(10, 12).Select(i => $"na{i}"));
        Assert.Null(Merged("a.ts", $"import {{ {names} }} from 'm';\n", $"import {{ {names}, na50 }} from 'm';\n", $"import {{ aa10, {names} }} from 'm';\n"));
    }

    [Fact]
    public void Names_appended_by_both_to_one_line_in_no_order_are_left_open() =>
        Assert.Null(Merged("a.ts", "import { z, b } from 'm';\n", "import { z, b, q } from 'm';\n", "import { z, b, a } from 'm';\n"));

    [Fact]
    public void A_change_to_a_type_import_is_a_change_and_meets_a_deletion_beside_it() =>
        Assert.Equal("import type { A } from 'a'\n", Merged("a.ts", "import { A } from 'a'\nimport { B } from 'b'\n", "import { A } from 'a'\n", "import type { A } from 'a'\nimport { B } from 'b'\n"));

    [Fact]
    public void An_import_added_in_a_manner_the_other_side_gave_up_is_left_open() =>
        Assert.Null(Merged("a.ts", "import { A } from 'a'\n", "import { A } from 'a'\nimport { B } from 'b'\n", "import type { A } from 'a'\n"));

    [Fact]
    public void An_import_added_under_a_package_the_other_side_renamed_is_left_open() =>
        Assert.Null(Merged("a.go", "import (\n\t\"x.org/p/pkg/a\"\n)\n", "import (\n\t\"x.org/p/pkg/a\"\n\t\"x.org/p/pkg/b\"\n)\n", "import (\n\t\"x.org/p/v3/pkg/a\"\n)\n"));

    [Fact]
    public void A_deleted_import_stays_where_the_other_side_uses_its_name_more()
    {
        var merged = Merged(
            "A.java", "import a.A;\nimport b.B;\n\nclass X {\n    B b;\n\n    int one;\n\n    int two;\n}\n",
            "import a.A;\nimport b.B;\nimport c.C;\n\nclass X {\n    B b;\n\n    int one;\n\n    int two;\n\n    B more;\n    C c;\n}\n",
            "import a.A;\n\nclass X {\n    A b;\n\n    int one;\n\n    int two;\n}\n");
        Assert.StartsWith("import a.A;\nimport b.B;\nimport c.C;\n", merged, StringComparison.Ordinal);
    }

    [Fact]
    public void Imports_at_the_head_of_a_chunk_are_merged_and_the_rest_stays_open()
    {
        var result = Result("a.py", "import a\nx = 1\n", "import a\nimport b\nx = 2\n", "import a\nimport c\nx = 3\n");
        Assert.Equal(["import b\nimport c\n", null], result.Chunks.Select(chunk => chunk.Answer));
    }

    [Fact]
    public void Comments_travel_with_the_import_below_them() =>
        Assert.Equal(
            "#include <a.h>\n// for b\n#include <b.h>\n// for c\n#include <c.h>\n",
            Merged("a.c", "#include <a.h>\n", "#include <a.h>\n// for b\n#include <b.h>\n", "#include <a.h>\n// for c\n#include <c.h>\n"));

    [Fact]
    public void One_name_brought_from_two_places_is_left_open() =>
        Assert.Null(Merged("a.ts", "import z from 'z';\n", "import z from 'z';\nimport x from 'a';\n", "import z from 'z';\nimport x from 'b';\n"));

    [Fact]
    public void A_comment_that_only_one_side_put_above_the_same_import_is_not_lost() =>
        Assert.Null(Merged("a.c", "#include <a.h>\n", "#include <a.h>\n// why\n#include <b.h>\n", "#include <a.h>\n// because\n#include <b.h>\n#include <c.h>\n"));

    [Fact]
    public void A_directive_put_above_an_import_that_the_other_side_took_out_is_not_lost() =>
        Assert.Null(Merged("a.cs", "using A;\nusing B;\n\nclass X;\n", "#nullable enable\nusing A;\nusing B;\n\nclass X;\n", "class X;\n"));

    private static string? Merged(string path, string start, string ours, string theirs)
    {
        var result = Result(path, start, ours, theirs);
        return result.IsClean ? Encoding.UTF8.GetString(result.Content) : null;
    }

    private static MergeResult Result(string path, string start, string ours, string theirs) =>
        MergeEngine.Merge(new MergeInput(Encoding.UTF8.GetBytes(start), Encoding.UTF8.GetBytes(ours), Encoding.UTF8.GetBytes(theirs), path));
}
