using System.Text;
using AutoBuild.Api;
using AutoBuild.Commands;
using AutoBuild.Core;
using AutoBuild.Core.Landings;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Cli;

/// <summary>Settles a conflict with <c>landing resolve --edit</c>, where the editor is a command of the shell.</summary>
public sealed class LandingEditTests
{
    // The first place is open; the second the engine settles.
    private const string Base = "zero\r\n1\r\n2\r\n3\r\n4\r\nfirst line of some words\r\nsecond line of other words\r\n";
    private const string Ours = "one\r\n1\r\n2\r\n3\r\n4\r\nfirst row of some words\r\nsecond line of other words\r\n";
    private const string Theirs = "two\r\n1\r\n2\r\n3\r\n4\r\nfirst line of some words\r\nsecond line of more words\r\n";
    private const string Mark = "\uFEFF";
    private const string Both = "one\r\ntwo\r\n1\r\n2\r\n3\r\n4\r\nfirst row of some words\r\nsecond line of more words\r\n";

    [Fact]
    public async Task What_is_saved_is_sent_with_all_that_was_settled_and_every_byte_of_the_rest()
    {
        var body = await EditAsync($"{Mark}# kept\r\n", "sed -i '/^[<=>]\\{7\\}/d'");

        Assert.Equal($"{Mark}# kept\r\n{Both}", Assert.Single(body.Files!).Value);
        Assert.Equal(("a.txt", "onto"), (body.Files!.Single().Key, body.Onto));
        Assert.Null(body.Chunks);
    }

    [Fact]
    public async Task The_editor_sees_markers_with_the_names_of_both_branches_only_where_something_is_open()
    {
        using var folder = new TempFolder();

        await Assert.ThrowsAsync<AutoBuildException>(() => EditAsync("", $"cp -t '{folder.Path}'"));

        var lines = (await File.ReadAllTextAsync(folder["a.txt"], TestContext.Current.CancellationToken)).Split("\r\n");
        Assert.Equal(["<<<<<<< main", ">>>>>>> autobuild/work"], lines.Where(line => line.StartsWith('<') || line.StartsWith('>')));
    }

    [Theory]
    [InlineData("true", "'a.txt' still holds conflict markers")]
    [InlineData("sed -i '/^[=>]\\{7\\}/d'", "'a.txt' still holds conflict markers")]
    [InlineData("false", "ended with exit code 1")]
    [InlineData("printf '\\351' >", "[E9]")]
    public async Task Nothing_is_taken_of_what_is_not_settled(string editor, string why) =>
        Assert.Contains(why, (await Assert.ThrowsAnyAsync<Exception>(() => EditAsync(Mark, editor))).Message, StringComparison.Ordinal);

    private static async Task<ResolveBody> EditAsync(string start, string editor)
    {
        var terminal = TypedCommand.Silent with { Environment = new Dictionary<string, string> { ["EDITOR"] = editor } };
        using var interrupts = new Interrupts();
        var call = new Call(CommandLine.Create().Parse(["landing", "resolve", "9e01ab34", "--edit"]), terminal, interrupts);
        var file = ConflictFile.Of(new ConflictedFile("a.txt", ConflictKind.Content, "content", Side(start + Base), Side(start + Ours), Side(start + Theirs))).Shown();
        Assert.Equal([true, false], file.Chunks.Select(chunk => chunk.Accepted is null));
        var landing = new Landing
        {
            Id = Guid.CreateVersion7(), ProjectId = Guid.CreateVersion7(), JobId = Guid.CreateVersion7(), TicketId = Guid.CreateVersion7(), TargetBranch = "main",
            BranchName = "autobuild/work", Commit = "c", OntoCommit = "onto", Conflicts = [file], CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch,
        };
        return await new LandingAnswers(call, landing).ReadAsync(null);
    }

    private static ConflictSide Side(string text) => new("100644", "1", Encoding.UTF8.GetBytes(text));
}
