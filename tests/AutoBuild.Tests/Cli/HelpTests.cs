using AutoBuild.Commands;

namespace AutoBuild.Tests.Cli;

public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. TypedCommand.All().Select(one => one.Path)];

    [Theory, MemberData(nameof(Commands))]
    public async Task EveryHelpHasAnExample(string path)
    {
        var help = await TypedCommand.RunAsync([.. path.Split(' '), "--help"]);

        Assert.Equal(ExitCode.Done, help.ExitCode);
        Assert.Contains("Example:\n  autobuild ", help.Out, StringComparison.Ordinal);
        Assert.Empty(help.Error);
    }

    [Theory, MemberData(nameof(Commands))]
    public void EveryExampleIsRightUse(string path)
    {
        var (_, command) = TypedCommand.All().Single(one => one.Path == path);
        var example = HelpText.Example(command)!;

        var parse = CommandLine.Create().Parse(Words(example)[1..]);

        Assert.Empty(parse.Errors);
        Assert.StartsWith($"autobuild {path}", example, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoCommandAtAllShowsTheHelp()
    {
        var help = await TypedCommand.RunAsync();

        Assert.Equal(ExitCode.Done, help.ExitCode);
        Assert.Contains("autobuild demo", help.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheVersionIsPrinted()
    {
        var version = await TypedCommand.RunAsync("--version");

        Assert.Equal(ExitCode.Done, version.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", version.Out);
    }

    [Fact]
    public void EveryCommandHasADescriptionThatIsASentence() =>
        Assert.All(TypedCommand.All(), one => Assert.Matches(@"^[A-Z].*\.$", one.Command.Description!));

    /// <summary>Splits as a shell does with plain words and quotes.</summary>
    private static string[] Words(string line)
    {
        var words = new List<string> { "" };
        var quote = '\0';
        foreach (var character in line)
        {
            if (quote == '\0' && character is '"' or '\'' || character == quote)
            {
                quote = quote == '\0' ? character : '\0';
            }
            else if (quote == '\0' && character == ' ')
            {
                words.Add("");
            }
            else
            {
                words[^1] += character;
            }
        }

        return [.. words];
    }
}
