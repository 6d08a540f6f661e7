using System.Text;
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
        Assert.Equal((ConflictKind.Content, "base\n", "ours\n", "theirs\n"), Texts(files["a b/ж.txt"]));
        Assert.Equal((ConflictKind.BothAdded, null, "ours\n", "theirs\n"), Texts(files["new.txt"]));
        Assert.Equal((ConflictKind.DeletedByTheirs, "base\n", "ours\n", null), Texts(files["gone.txt"]));
        Assert.Equal((ConflictKind.Binary, "binary"), (files["bin"].Kind, files["bin"].Word));
        Assert.Equal(5, files.Count);

        async Task<ResolvedFile> Written(string text) => new(await bench.Clone.WriteBlobAsync(Encoding.UTF8.GetBytes(text), Stop));
        var texts = new Dictionary<string, ResolvedFile> { ["a b/ж.txt"] = await Written("both\n"), ["new.txt"] = await Written("new\n"), ["gone.txt"] = ResolvedFile.Deleted, ["bin"] = await Written("x") };
        Assert.Equal("merge_unresolved", (await Assert.ThrowsAsync<WorkspaceException>(() => bench.Clone.ResolveMergeAsync(conflict, texts, "m", Stop))).Code);
        texts["run.sh"] = await Written("run\n");
        var merged = await bench.Clone.ResolveMergeAsync(conflict, texts, "resolved", Stop);

        Assert.Equal("both\n"u8.ToArray(), await bench.Clone.ReadFileAsync(merged.Commit, "a b/ж.txt", Stop));
        Assert.Null(await bench.Clone.ReadFileAsync(merged.Commit, "gone.txt", Stop));
        Assert.StartsWith("100755", await Git.TextAsync(bench.Clone.Path, ["ls-tree", merged.Commit, "run.sh"], null, Stop), StringComparison.Ordinal);
        Assert.True(await bench.Clone.ContainsAsync(theirs, merged.Commit, Stop));
    }

    [Fact]
    public async Task What_is_no_conflict_of_texts_comes_with_gits_word_and_sentence()
    {
        var lines = string.Concat(Enumerable.Range(1, 40).Select(line => $"{line}\n"));
        using var bench = await Bench.CreateAsync(("moved.txt", lines), ("twice.txt", lines.Replace("1", "one", StringComparison.Ordinal)), ("d/f", "x\n"), ("keep", "k\n"));
        File.CreateSymbolicLink(bench.User["link"], "keep");
        var start = await bench.User.CommitAsync();
        async Task<string> Side(string branch, Action change)
        {
            await bench.User.GitAsync("checkout", "-q", "-b", branch, start);
            change();
            return await bench.User.CommitAsync();
        }
        var ours = await Side("ours", () =>
        {
            File.Move(bench.User["moved.txt"], bench.User["new.txt"]);
            File.WriteAllText(bench.User["new.txt"], lines.Replace("20\n", "twenty\n", StringComparison.Ordinal));
            File.Move(bench.User["twice.txt"], bench.User["a.txt"]);
            File.Delete(bench.User["link"]);
            File.CreateSymbolicLink(bench.User["link"], "a.txt");
            Directory.Delete(bench.User["d"], recursive: true);
            File.WriteAllText(bench.User["d"], "file\n");
        });
        var theirs = await Side("theirs", () =>
        {
            File.WriteAllText(bench.User["moved.txt"], lines.Replace("20\n", "zwanzig\n", StringComparison.Ordinal));
            File.Move(bench.User["twice.txt"], bench.User["b.txt"]);
            File.Delete(bench.User["link"]);
            File.CreateSymbolicLink(bench.User["link"], "b.txt");
            File.WriteAllText(bench.User["d/f"], "y\n");
        });
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);

        var conflict = Assert.IsType<MergeOutcome.Conflicted>(await bench.Clone.MergeAsync(ours, theirs, "m", Stop));

        var files = conflict.Files.ToDictionary(file => file.Path);
        Assert.Equal((ConflictKind.Content, lines, "twenty", "zwanzig"), (files["new.txt"].Kind, files["new.txt"].Base!.Text!, files["new.txt"].Ours!.Text!.Split('\n')[19], files["new.txt"].Theirs!.Text!.Split('\n')[19]));
        Assert.Equal((ConflictKind.Other, "rename/rename"), (files["a.txt"].Kind, files["a.txt"].Word));
        Assert.Contains("twice.txt renamed to a.txt", files["a.txt"].Said, StringComparison.Ordinal);
        Assert.Equal((ConflictKind.Other, "link"), (files["link"].Kind, files["link"].Word));
        Assert.Contains(conflict.Files, file => file is { Kind: ConflictKind.Other, Word: "file/directory" });
    }

    private static (ConflictKind, string?, string?, string?) Texts(ConflictedFile file) => (file.Kind, file.Base?.Text, file.Ours?.Text, file.Theirs?.Text);
}
