using AutoBuild.Core.Landings;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Workspaces;
using static AutoBuild.Tests.Orchestrator.Landings.MergeBench;

namespace AutoBuild.Tests.Orchestrator.Landings;

public sealed class LandingMergeTests
{
    // Both sides change another line of two that touch: git conflicts, word by word they don't.
    private const string Start = "first line of some words\nsecond line of other words\n";
    private const string Ours = "first row of some words\nsecond line of other words\n";
    private const string Theirs = "first line of some words\nsecond line of more words\n";
    private const string Both = "first row of some words\nsecond line of more words\n";

    [Fact]
    public async Task What_the_engine_answers_is_in_the_merged_tree_and_told()
    {
        await using var bench = await MergeBench.StartAsync();

        var merged = Assert.IsType<MergeStep.Merged>(await bench.MergeAsync("a.txt", Start, Ours, Theirs));

        Assert.Equal(Both, await bench.ReadAsync(merged.Commit, "a.txt"));
        var file = Assert.Single(merged.Resolved);
        Assert.Equal(("a.txt", "content", false), (file.Path, file.Kind, file.IsOpen()));
        var chunk = Assert.Single(file.Chunks);
        Assert.Equal((ChunkStage.Engine, ChunkTier.A, Both, Start, Ours, Theirs), (chunk.By, chunk.Tier, chunk.Accepted, chunk.Base.Text, chunk.Target.Text, chunk.Branch.Text));
        Assert.Equal((1, 1, 2), (chunk.Number, chunk.Target.Line, chunk.Target.Lines));
        Assert.NotEmpty(chunk.Why);
        Assert.False(merged.IsGuessed);
        var message = (await bench.Clone.LogAsync(merged.Commit, limit: 1, cancellation: TestContext.Current.CancellationToken))[0].Message;
        Assert.Contains($"AutoBuild-Resolved: a.txt ({chunk.Rule}, tier A)", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_within_loose_limits_is_a_guess_and_opens_again_in_doubt()
    {
        await using var bench = await MergeBench.StartAsync();

        var merged = Assert.IsType<MergeStep.Merged>(await bench.MergeAsync("a.txt", "call(one, two, three)\n", "call(1, two, three)\n", "call(one, two, 3)\n"));

        Assert.Equal("call(1, two, 3)\n", await bench.ReadAsync(merged.Commit, "a.txt"));
        Assert.Equal((true, ChunkTier.B), (merged.IsGuessed, merged.Resolved[0].Chunks[0].Tier));
        var doubted = Assert.IsType<LandingInput.Conflicted>(LandingMerge.Doubted(merged, "Checks fail.", null));
        var chunk = doubted.Conflicts[0].Chunks[0];
        Assert.Equal((null, null, "call(1, two, 3)\n"), (chunk.Accepted, chunk.By, chunk.Proposals[0].Text));
        Assert.Equal(merged.Onto, doubted.Onto);
        Assert.Contains("a.txt", doubted.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_breaks_foreign_letters_and_the_mode_survive()
    {
        await using var bench = await MergeBench.StartAsync();
        static byte[] Windows(string text) => Bytes("caf\xe9\r\n\r\n" + text.Replace("\n", "\r\n", StringComparison.Ordinal));
        var root = await bench.CommitAsync(null, ("run*", Windows(Start)));
        var ours = await bench.CommitAsync(root, ("run*", Windows(Ours)));
        var theirs = await bench.CommitAsync(root, ("run*", Windows(Theirs)));

        var merged = Assert.IsType<MergeStep.Merged>(await bench.MergeAsync(ours, theirs));

        Assert.Equal(Windows(Both), await bench.Clone.ReadFileAsync(merged.Commit, "run", TestContext.Current.CancellationToken));
        Assert.StartsWith("100755", await Git.TextAsync(bench.Clone.Path, ["ls-tree", merged.Commit, "run"], null, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.StartsWith("second line", merged.Resolved[0].Chunks[0].Base.Text!.Split("\r\n")[1], StringComparison.Ordinal);
        Assert.StartsWith("café", merged.Resolved[0].Ours, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_one_side_moved_is_merged_under_its_new_name()
    {
        await using var bench = await MergeBench.StartAsync();
        var rest = string.Concat(Enumerable.Range(1, 30).Select(line => $"line {line} stays\n"));
        var root = await bench.CommitAsync(null, ("old.txt", Bytes(Start + rest)));
        var ours = await bench.CommitAsync(root, ("old.txt", null), ("new.txt", Bytes(Ours + rest)));
        var theirs = await bench.CommitAsync(root, ("old.txt", Bytes(Theirs + rest)));

        var merged = Assert.IsType<MergeStep.Merged>(await bench.MergeAsync(ours, theirs));

        Assert.Equal(Both + rest, await bench.ReadAsync(merged.Commit, "new.txt"));
        Assert.Null(await bench.ReadAsync(merged.Commit, "old.txt"));
        Assert.Equal("new.txt", Assert.Single(merged.Resolved).Path);
    }

    [Fact]
    public async Task What_nobody_can_answer_stays_open_beside_what_was_settled()
    {
        await using var bench = await MergeBench.StartAsync();
        var root = await bench.CommitAsync(null, ("a.txt", Bytes(Start)), ("b.txt", Bytes("zero\n")), ("gone.txt", Bytes("x\n")), ("image", Bytes("\0a")));
        var ours = await bench.CommitAsync(root, ("a.txt", Bytes(Ours)), ("b.txt", Bytes("one\n")), ("gone.txt", null), ("image", Bytes("\0b")), ("new.txt", Bytes("of the target\n")));
        var theirs = await bench.CommitAsync(root, ("a.txt", Bytes(Theirs)), ("b.txt", Bytes("two\n")), ("gone.txt", Bytes("y\n")), ("image", Bytes("\0c")), ("new.txt", Bytes("of the branch\n")));

        var open = Assert.IsType<MergeStep.Conflicted>(await bench.MergeAsync(ours, theirs));

        Assert.Equal(ours, open.Onto);
        Assert.Equal("a.txt", Assert.Single(open.Resolved).Path);
        var files = open.Files.ToDictionary(file => file.Path);
        Assert.Equal(["b.txt", "gone.txt", "image", "new.txt"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("one\n", "two\n", null), (files["b.txt"].Chunks[0].Target.Text, files["b.txt"].Chunks[0].Branch.Text, files["b.txt"].Chunks[0].Accepted));
        Assert.Equal(("delete/modify", 0), (files["gone.txt"].Kind, files["gone.txt"].Chunks.Count));
        Assert.Contains("deleted", files["gone.txt"].Note, StringComparison.Ordinal);
        Assert.Equal(("binary", "add/add"), (files["image"].Kind, files["new.txt"].Kind));
        var added = Assert.Single(files["new.txt"].Chunks);
        Assert.Equal(("", null), (added.Base.Text, added.Accepted));
    }

    [Fact]
    public async Task A_base_that_is_itself_a_conflict_is_taken_for_none()
    {
        await using var bench = await MergeBench.StartAsync();
        var root = await bench.CommitAsync(null, ("a.txt", Bytes("start\n")));
        var (left, right) = (await bench.CommitAsync(root, ("a.txt", Bytes("left\n"))), await bench.CommitAsync(root, ("a.txt", Bytes("right\n"))));
        async Task<string> Cross(string one, string other, string text) =>
            await Git.TextAsync(bench.Clone.Path, ["commit-tree", await bench.Clone.TreeAsync(await bench.CommitAsync(one, ("a.txt", Bytes(text)))), "-p", one, "-p", other, "-m", "cross"], null, TestContext.Current.CancellationToken);

        var open = Assert.IsType<MergeStep.Conflicted>(await bench.MergeAsync(await Cross(left, right, "ours\n"), await Cross(right, left, "theirs\n")));

        var chunk = Assert.Single(open.Files[0].Chunks);
        Assert.Equal(("", "ours\n", "theirs\n"), (chunk.Base.Text, chunk.Target.Text, chunk.Branch.Text));
        Assert.Contains("<<<<<<<", open.Files[0].Base, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_a_tool_writes_is_not_merged()
    {
        await using var bench = await MergeBench.StartAsync();

        var open = Assert.IsType<MergeStep.Conflicted>(await bench.MergeAsync("web/package-lock.json", Start, Ours, Theirs));

        Assert.Equal("generated", open.Files[0].Chunks[0].Rule);
        Assert.NotNull(open.Files[0].Note);
    }

    [Theory]
    [InlineData("    count) count_books ;;\n", "    authors) list_authors ;;\n", true)]
    [InlineData("    count)\n        count_books\n        ;;\n", "    a|b) list_authors ;;\n", true)]
    [InlineData("    count) count_books ;;\n", "    count) other ;;\n", false)]
    [InlineData("    count) count_books ;;\n", "    c*) other ;;\n", false)]
    [InlineData("    count) count_books\n", "    authors) list_authors ;;\n", false)]
    public async Task Two_commands_of_a_shell_go_below_each_other(string ours, string theirs, bool isMerged)
    {
        await using var bench = await MergeBench.StartAsync();
        string Script(string added) => $"#!/bin/sh\ncase $1 in\n    list) list_books ;;\n{added}    help) usage ;;\nesac\n";

        var step = await bench.MergeAsync("tool", Script(""), Script(ours), Script(theirs));

        Assert.Equal(isMerged, step is MergeStep.Merged);
        if (step is MergeStep.Merged merged)
        {
            Assert.Equal((Script(ours + theirs), ChunkTier.B), (await bench.ReadAsync(merged.Commit, "tool"), merged.Resolved[0].Chunks[0].Tier));
        }
    }
}
