using System.Text;
using AutoBuild.Memory.Index;
using AutoBuild.Memory.Segments;
using AutoBuild.Tests.Workspaces;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Memory;

/// <summary>Lists what there is to index.</summary>
public sealed class SourceTreeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_commit_is_what_it_holds_and_each_file_left_out_has_its_reason()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("a.cs", "class A;\n"), ("vendor/v.js", "v\n"), ("go.sum", "x\n"), (".env", "KEY=1\n"), ("big.txt", new string('x', 1 << 21)), (".contextignore", "*.log\n!keep.log\n"), ("x.log", "x\n"), ("keep.log", "x\n"));
        File.CreateSymbolicLink(user["link.cs"], "a.cs");
        await user.GitAsync("update-index", "--add", "--cacheinfo", "160000,1111111111111111111111111111111111111111,sub");
        var commit = await user.CommitAsync();
        var listing = await SourceTree.AtCommitAsync(user.Path, commit, SourceRules.Default, Stop);
        Assert.Equal([".contextignore", "a.cs", "go.sum", "keep.log", "vendor/v.js"], listing.Files.Select(file => file.Path));
        Assert.Equal(FileMarks.Vendored, listing.Files[4].Marks);
        Assert.Equal(FileMarks.Generated, listing.Files[2].Marks);
        Assert.Equal(DiskFiles.Id("class A;\n"u8), listing.Files[1].Blob);
        Assert.Equal([(".env", SkipReason.Secret), ("big.txt", SkipReason.TooLarge), ("link.cs", SkipReason.Symlink), ("x.log", SkipReason.LeftOut)],
            listing.Skipped.Where(file => file.Path != "sub").Select(file => (file.Path, file.Reason)).Order());
        Assert.Equal(commit, listing.Commit);
    }

    [Fact]
    public async Task A_request_may_name_patterns()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("a.cs", "a"), ("b.py", "b"), ("src/c.py", "c"));
        var listing = await SourceTree.AtCommitAsync(user.Path, "HEAD", new SourceRules { Patterns = ["*.py", "!b.py"] }, Stop);
        Assert.Equal("src/c.py", Assert.Single(listing.Files).Path);
    }

    [Fact]
    public async Task Names_of_every_alphabet_are_names()
    {
        string[] names = ["Ж.py", "日本/コード.cs", "with space.md", "line\nbreak.txt", "quote\".js", "tab\t.c", "ünï/é.go", "-dash", "%41.txt", "emoji😀.rs"];
        var user = await UserRepository.CreateAsync(_folder["u"], [.. names.Select(name => (name, "x\n"))]);
        user.Write("new\nЖ.py", "y\n");
        var atCommit = await SourceTree.AtCommitAsync(user.Path, "HEAD", SourceRules.Default, Stop);
        Assert.Equal(names.Order(StringComparer.Ordinal), atCommit.Files.Select(file => file.Path));
        var tree = await SourceTree.WorkingTreeAsync(user.Path, SourceRules.Default, Stop);
        Assert.Equal(names.Append("new\nЖ.py").Order(StringComparer.Ordinal), tree.Files.Select(file => file.Path));
        Assert.Equal("y\n"u8.ToArray(), DiskFiles.Read(user.Path, "new\nЖ.py", 100));
    }

    [Fact]
    public async Task A_working_tree_is_its_commit_with_what_was_done_since()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("same.cs", "a"), ("changed.cs", "a"), ("gone.cs", "a"), ("staged.cs", "a"), (".gitignore", "out/\n*.tmp\n!keep.tmp\n"));
        user.Write("changed.cs", "other");
        user.Write("staged.cs", "other");
        await user.GitAsync("add", "staged.cs");
        File.Delete(user["gone.cs"]);
        user.Write("new/file.cs", "n");
        user.Write("out/built.cs", "n");
        user.Write("x.tmp", "n");
        user.Write("keep.tmp", "n");
        user.Write(".env", "n");
        var tree = await SourceTree.WorkingTreeAsync(user.Path, SourceRules.Default, Stop);
        Assert.Equal([".gitignore", "changed.cs", "keep.tmp", "new/file.cs", "same.cs", "staged.cs"], tree.Files.Select(file => file.Path));
        Assert.Equal(["changed.cs", "keep.tmp", "new/file.cs", "staged.cs"], tree.Files.Where(file => file.Blob is null).Select(file => file.Path));
        Assert.Equal(6, tree.Dirty);
        Assert.Equal(SkipReason.Secret, Assert.Single(tree.Skipped).Reason);
    }

    [Fact]
    public async Task A_repository_without_a_commit_has_its_untracked_files()
    {
        var user = await UserRepository.CreateAsync(_folder["u"]);
        Assert.Empty((await SourceTree.WorkingTreeAsync(user.Path, SourceRules.Default, Stop)).Files);
        user.Write("a.cs", "a");
        var tree = await SourceTree.WorkingTreeAsync(user.Path, SourceRules.Default, Stop);
        Assert.Equal("a.cs", Assert.Single(tree.Files).Path);
        Assert.Null(tree.Commit);
    }

    [Fact]
    public async Task No_link_is_followed()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("dir/a.cs", "a"));
        _folder.Write("secret.txt", "outside");
        Directory.CreateDirectory(_folder["elsewhere"]);
        File.WriteAllText(_folder["elsewhere/a.cs"], "outside");
        Directory.Delete(user["dir"], true);
        Directory.CreateSymbolicLink(user["dir"], _folder["elsewhere"]);
        File.CreateSymbolicLink(user["l.txt"], _folder["secret.txt"]);
        Directory.CreateSymbolicLink(user["loop"], user.Path);
        var tree = await SourceTree.WorkingTreeAsync(user.Path, SourceRules.Default, Stop);
        Assert.Empty(tree.Files);
        Assert.All(tree.Skipped, file => Assert.Equal(SkipReason.Symlink, file.Reason));
        Assert.Null(DiskFiles.Read(user.Path, "dir/a.cs", 100));
        Assert.Null(DiskFiles.Read(user.Path, "l.txt", 100));
    }

    [Fact]
    public async Task A_plain_folder_obeys_its_ignore_files_and_is_not_written()
    {
        var folder = Directory.CreateDirectory(_folder["plain"]).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "sub/deep"));
        Directory.CreateDirectory(Path.Combine(folder, "out"));
        foreach (var (name, text) in new[] { (".gitignore", "/out/\n*.log\n"), ("a.cs", "a"), ("x.log", "x"), ("out/b.cs", "b"), ("sub/.gitignore", "!y.log\n"), ("sub/y.log", "y"), ("sub/deep/c.cs", "c"), (".contextignore", "deep/\n") })
        {
            File.WriteAllText(Path.Combine(folder, name), text);
        }

        File.CreateSymbolicLink(Path.Combine(folder, "loop"), folder);
        await UserRepository.CreateAsync(Path.Combine(folder, "nested"), ("n.cs", "n"));
        var listing = await SourceTree.FolderAsync(folder, _folder["empty.git"], SourceRules.Default, Stop);
        Assert.Equal([".contextignore", ".gitignore", "a.cs", "sub/.gitignore", "sub/y.log"], listing.Files.Select(file => file.Path));
        Assert.Equal(["loop", "nested/", "sub/deep/c.cs"], listing.Skipped.Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(folder, ".git")));
        Assert.Equal(5, (await SourceTree.FolderAsync(folder, _folder["empty.git"], SourceRules.Default, Stop)).Files.Count);
    }

    [Fact]
    public async Task A_folder_that_is_no_repository_says_so() =>
        Assert.Equal("not_a_repository", (await Assert.ThrowsAsync<WorkspaceException>(() => SourceTree.WorkingTreeAsync(_folder.Path, SourceRules.Default, Stop))).Code);

    [Fact]
    public async Task Blobs_come_whole_and_in_turn_and_a_missing_one_is_left_out()
    {
        var random = new Random(5);
        var texts = Enumerable.Range(0, 300).Select(i => new string((char)('a' + i % 26), random.Next(i % 10 == 0 ? 200_000 : 50)) + i).Append("").ToList();
        var user = await UserRepository.CreateAsync(_folder["u"], [.. texts.Select((text, i) => ($"f{i:000}", text))]);
        var files = (await SourceTree.AtCommitAsync(user.Path, "HEAD", SourceRules.Default, Stop)).Files;
        var ids = new Queue<string>(files.Select(file => file.Blob!).Prepend(new string('1', 40)).Append(new string('2', 40)));
        var read = new List<(string Id, string Text)>();
        await BlobReader.ReadAsync(user.Path, () => ids.TryDequeue(out var id) ? id : null, (id, bytes) => read.Add((id, Encoding.UTF8.GetString(bytes.Span))), null, Stop);
        Assert.Equal(files.Select(file => file.Blob!), read.Select(one => one.Id));
        Assert.Equal(texts, read.Select(one => one.Text));
    }
}
