using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class MergeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_to_different_files_merge_into_a_commit_with_two_parents()
    {
        using var bench = await Bench.CreateAsync();
        var ours = await BareCloneTests.CommitAsync(bench.Clone, bench.Start, "b.txt");
        var theirs = await BareCloneTests.CommitAsync(bench.Clone, bench.Start, "c.txt");

        var merged = Assert.IsType<MergeOutcome.Merged>(await bench.Clone.MergeAsync(ours, theirs, "Merge ж\n\nbody", Stop));

        Assert.Equal($"{merged.Commit} {ours} {theirs}", await Git.TextAsync(bench.Clone.Path, ["rev-list", "--parents", "-1", merged.Commit], null, Stop));
        Assert.Equal(merged.Tree, await bench.Clone.TreeAsync(merged.Commit, Stop));
        Assert.Equal("Merge ж\n\nbody", (await bench.Clone.LogAsync(merged.Commit, limit: 1, cancellation: Stop))[0].Message);
        Assert.Contains("c.txt", await bench.Clone.ListFilesAsync(merged.Commit, Stop));
        Assert.IsType<MergeOutcome.AlreadyContained>(await bench.Clone.MergeAsync(merged.Commit, theirs, "again", Stop));
        Assert.Equal(bench.Start, await bench.Clone.ResolveAsync("main", Stop));
    }

    [Fact]
    public async Task Conflicts_come_with_their_three_texts_and_can_be_resolved()
    {
        using var bench = await Bench.CreateAsync(("a b/ж.txt", "base\n"), ("gone.txt", "base\n"), ("bin", "\0a"), ("run.sh", "base\n"));
        File.SetUnixFileMode(bench.User["run.sh"], (UnixFileMode)0b111_101_101);
        var start = await bench.User.CommitAsync();
        async Task<string> Side(string branch, string text)
        {
            await bench.User.GitAsync("checkout", "-q", "-b", branch, start);
            if (branch == "theirs")
            {
                File.Delete(bench.User["gone.txt"]);
                return await bench.User.CommitAsync(("a b/ж.txt", text), ("new.txt", text), ("bin", "\0" + text), ("run.sh", text));
            }
            return await bench.User.CommitAsync(("a b/ж.txt", text), ("new.txt", text), ("bin", "\0" + text), ("run.sh", text), ("gone.txt", text));
        }
        var ours = await Side("ours", "ours\n");
        var theirs = await Side("theirs", "theirs\n");
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);

        var conflict = Assert.IsType<MergeOutcome.Conflicted>(await bench.Clone.MergeAsync(ours, theirs, "m", Stop));

        var files = conflict.Files.ToDictionary(file => file.Path);
        Assert.Equal(new ConflictedFile("a b/ж.txt", ConflictKind.Content, "base\n", "ours\n", "theirs\n"), files["a b/ж.txt"]);
        Assert.Equal(new ConflictedFile("new.txt", ConflictKind.BothAdded, null, "ours\n", "theirs\n"), files["new.txt"]);
        Assert.Equal(new ConflictedFile("gone.txt", ConflictKind.DeletedByTheirs, "base\n", "ours\n", null), files["gone.txt"]);
        Assert.Equal(ConflictKind.Binary, files["bin"].Kind);
        Assert.Equal(5, files.Count);

        var texts = new Dictionary<string, string?> { ["a b/ж.txt"] = "both\n", ["new.txt"] = "new\n", ["gone.txt"] = null, ["bin"] = "x" };
        Assert.Equal("merge_unresolved", (await Assert.ThrowsAsync<WorkspaceException>(() => bench.Clone.ResolveMergeAsync(conflict, texts, "m", Stop))).Code);
        texts["run.sh"] = "run\n";
        var merged = await bench.Clone.ResolveMergeAsync(conflict, texts, "resolved", Stop);

        Assert.Equal("both\n"u8.ToArray(), await bench.Clone.ReadFileAsync(merged.Commit, "a b/ж.txt", Stop));
        Assert.Null(await bench.Clone.ReadFileAsync(merged.Commit, "gone.txt", Stop));
        Assert.StartsWith("100755", await Git.TextAsync(bench.Clone.Path, ["ls-tree", merged.Commit, "run.sh"], null, Stop), StringComparison.Ordinal);
        Assert.True(await bench.Clone.ContainsAsync(theirs, merged.Commit, Stop));
    }
}
