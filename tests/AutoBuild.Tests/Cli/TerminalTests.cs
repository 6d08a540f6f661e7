using AutoBuild.Commands;
using Spectre.Console;

namespace AutoBuild.Tests.Cli;

public sealed class TerminalTests
{
    [Theory]
    [InlineData(false, "", false)]
    [InlineData(false, "FORCE_COLOR=1", true)]
    [InlineData(false, "CLICOLOR_FORCE=1", true)]
    [InlineData(false, "FORCE_COLOR=0", false)]
    [InlineData(false, "FORCE_COLOR=1 NO_COLOR=1", false)]
    [InlineData(true, "NO_COLOR=1 TERM=xterm", false)]
    [InlineData(true, "TERM=dumb", false)]
    public void Colours_are_where_somebody_sees_them(bool looked, string variables, bool coloured)
    {
        var environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);
        using var output = new StringWriter();
        var terminal = new Terminal(TextReader.Null, output, TextWriter.Null, looked, looked, environment, TimeProvider.System);

        terminal.Open(onError: false).Write(new Text("x", Marks.Bad));

        Assert.Equal(coloured, output.ToString().Contains('\e'));
    }

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "ab…")]
    [InlineData("日本語", 6, "日本語")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("日本語", 4, "日…")]
    [InlineData("a😀b😀c", 5, "a😀b…")]
    public void A_text_is_cut_between_letters(string text, int width, string cut)
    {
        Assert.Equal(cut, Plain.Cut(text, width));
        Assert.True(Plain.Width(cut) <= width);
    }

    [Fact]
    public void The_widest_text_gives_way_and_ids_never_do()
    {
        string[] columns = ["id", "status", "title", "needs you"];
        string[][] rows = [["4e8a02b0", "in review", new string('t', 60), new string('n', 30)]];

        Assert.Equal([8, 9, 60, 30], Tables.Fit(columns, rows, 107, 10)!);
        Assert.Equal([8, 9, 30, 30], Tables.Fit(columns, rows, 77, 10)!);
        Assert.Equal([8, 9, 10, 10], Tables.Fit(columns, rows, 37, 10)!);
        Assert.Null(Tables.Fit(columns, rows, 36, 10));
    }

    /// <summary>A table in a pipe has a line for each row, and no blanks at their ends.</summary>
    [Fact]
    public async Task A_pipe_gets_plain_columns()
    {
        var shown = await TypedCommand.RunAsync("config", "show");

        Assert.Matches(@"^key +value +from\n", shown.Out);
        Assert.DoesNotMatch(@"[ ]\n", shown.Out);
    }
}
