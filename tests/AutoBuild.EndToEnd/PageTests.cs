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

    /// <summary>With a stand-in for Claude Code; the demo is run elsewhere, here it only has to be there.</summary>
    [Fact]
    public async Task The_readme_works_as_it_is_written()
    {
        Require("bash", "git", "jq");
        using var shell = new PageShell();
        shell.Variables["ANTHROPIC_API_KEY"] = "no-key-of-anyones";
        shell.Program("claude", """
            [ "$1" = --version ] && { echo '2.1.197 (Claude Code)'; exit; }
            echo '1.0' >> version.txt
            echo '{"type":"system","subtype":"init","session_id":"01a1ff4b"}'
            echo '{"type":"result","subtype":"success","is_error":false,"result":"Added.","session_id":"01a1ff4b","num_turns":1,"usage":{"input_tokens":10,"output_tokens":5}}'
            """);
        var prepared = new PageBlock(0, """
            mkdir sources && printf '#!/bin/sh\nexec autobuild "$@" --help\n' > sources/autobuild && chmod +x sources/autobuild
            mkdir my-project && printf 'test:\n\tgrep -q 1 version.txt\n' > my-project/Makefile
            for repository in sources my-project; do git init -q -b main $repository; git -C $repository add --all; git -C $repository commit -q -m first; done
            """, null);
        var finished = new PageBlock(0, """
            until [ "$(autobuild ticket list --json | jq -r '[.tickets[].status] | sort | join(" ")')" = 'completed in_review' ]; do sleep 0.2; done
            kill %1; wait
            """, null);
        var blocks = PageBlock.Read(Page("README.md")).Select(block => block with
        {
            Commands = block.Commands.Replace("<this repository>", "~/sources", StringComparison.Ordinal)
                .Replace(" JOB ", " $(autobuild job list --json | jq -r '.jobs[0].id') ", StringComparison.Ordinal)
                .Replace("autobuild up ", "autobuild up > ~/up.log 2>&1 & ", StringComparison.Ordinal),
        }).ToList();
        Assert.Equal(4, blocks.Count);

        await shell.HoldAsync("README.md", [prepared, .. blocks, finished]);
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
