using System.Text;
using AutoBuild.Merge;

namespace AutoBuild.Tests.Merge;

/// <summary>Holds what the engine makes of each case below <c>tests/fixtures/merge</c>; a failing case stores today's answer beside the ideal.</summary>
/// <remarks>With <c>UPDATE_FIXTURES=1</c> failing cases are written anew: moved to working where they improved, else with today's answer. Working ones never are.</remarks>
public sealed class MergeFixtureTests
{
    public static TheoryData<string> Folders => [.. MergeFixture.Folders];

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_merge_is_as_stored(string folder)
    {
        var fixture = new MergeFixture(folder);
        var merged = Encoding.UTF8.GetString(MergeEngine.Merge(fixture.Input).Content);
        if (!fixture.IsWorking && Environment.GetEnvironmentVariable("UPDATE_FIXTURES") == "1")
        {
            fixture.Update(merged);
            return;
        }

        Assert.True(fixture.IsWorking || merged != fixture.Text("expected"), $"{folder}: it improved. Move it to working, and remove today; UPDATE_FIXTURES=1 does.");
        Assert.Equal(fixture.Text(fixture.IsWorking ? "expected" : "today"), merged);
    }

    [Fact]
    public void Each_language_has_cases_that_work() =>
        Assert.Equal(MergeFixture.Folders.Select(folder => folder.Split('/')[0]).Distinct(), MergeFixture.Folders.Where(folder => new MergeFixture(folder).IsWorking).Select(folder => folder.Split('/')[0]).Distinct());
}
