using System.Runtime.CompilerServices;

namespace AutoBuild.EndToEnd;

/// <summary>Runs what the documentation shows, line by line, and holds what comes out against what it says.</summary>
public sealed class PageTests
{
    [Fact]
    public async Task The_walk_through_the_API_works_as_it_is_written()
    {
        Require("bash", "git", "curl", "jq");
        using var shell = new PageShell();
        var page = Page("docs/api.md");

        await shell.HoldAsync("docs/api.md", PageBlock.Read(page));
    }

    /// <summary>A line of shell in a block of another kind would be run by nobody.</summary>
    [Fact]
    public void The_walk_has_no_block_but_commands_and_their_answers()
    {
        var fences = PageBlock.Fences(Page("docs/api.md"));

        Assert.Equal(fences.Count, fences.Count(fence => fence.Language == "sh") + PageBlock.Read(Page("docs/api.md")).Count(block => block.Answer is not null));
        Assert.True(fences.Count(fence => fence.Language == "sh") >= 15);
    }

    private static string Page(string path, [CallerFilePath] string file = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", path));

    /// <summary>On a CI machine they are installed, and a missing one is a fault.</summary>
    internal static void Require(params string[] programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        var missing = programs.Where(program => !folders.Any(folder => File.Exists(Path.Combine(folder, program)))).ToList();
        Assert.SkipUnless(missing.Count == 0 || Environment.GetEnvironmentVariable("CI") is { Length: > 0 }, $"missing here: {string.Join(", ", missing)}");
        Assert.Empty(missing);
    }
}
