using System.Text;
using AutoBuild.Merge;

namespace AutoBuild.Tests.Merge.Structure;

public sealed class WholeFileTests
{
    [Theory]
    [InlineData("a.json", "{\n  \"a\": {\n    \"x\": 1\n  }\n}\n", "{\n  \"a\": {\n    \"x\": 1,\n    \"y\": 2\n  }\n}\n", "{\n  \"a\": {\n    \"x\": 1,\n    \"z\": 2\n  }\n}\n", true)]
    [InlineData("a.json", "{\n  \"k\": 0,\n  \"a\": 1,\n  \"b\": 2\n}\n", "{\n  \"n\": 9,\n  \"k\": 0,\n  \"a\": 3,\n  \"b\": 2\n}\n", "{\n  \"k\": 0,\n  \"a\": 1,\n  \"b\": 4,\n  \"n\": 8\n}\n", false)]
    public void An_answer_is_taken_back_where_the_file_has_a_key_twice_that_no_side_had(string path, string start, string ours, string theirs, bool clean)
    {
        var result = MergeEngine.Merge(new MergeInput(Encoding.UTF8.GetBytes(start), Encoding.UTF8.GetBytes(ours), Encoding.UTF8.GetBytes(theirs), path));
        Assert.Equal(clean, result.IsClean);
    }
}
