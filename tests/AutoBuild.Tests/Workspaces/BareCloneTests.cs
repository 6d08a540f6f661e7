using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class BareCloneTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Branches_of_the_source_are_mirrored_below_origin_and_nowhere_else()
    {
        using var bench = await Bench.CreateAsync();
        await bench.User.GitAsync("branch", "feature/ж");
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);

        var refs = await Git.TextAsync(bench.Clone.Path, ["for-each-ref", "--format=%(refname)"], null, Stop);

        Assert.Equal(["refs/heads/main", "refs/remotes/origin/HEAD", "refs/remotes/origin/feature/ж", "refs/remotes/origin/main"], refs.Split('\n'));
        Assert.Equal("main", await bench.Clone.DefaultBranchAsync(Stop));
    }

    [Fact]
    public async Task Tags_follow_the_source()
    {
        using var bench = await Bench.CreateAsync();
        await bench.User.GitAsync("tag", "light");
        await bench.User.GitAsync("tag", "-a", "v1", "-m", "one");
        await bench.User.GitAsync("tag", "blob", "HEAD:a.txt");
        Assert.False(await bench.Clone.IsUpToDateAsync(bench.User.Path, "main", Stop));
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);
        Assert.Equal(await TagsAsync(bench.User.Path), await TagsAsync(bench.Clone.Path));
        Assert.True(await bench.Clone.IsUpToDateAsync(bench.User.Path, "main", Stop));

        var next = await bench.User.CommitAsync(("b.txt", "b"));
        await bench.User.GitAsync("tag", "-f", "v1");
        await bench.User.GitAsync("tag", "-d", "light");
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);

        Assert.Equal(next, await bench.Clone.ResolveAsync("refs/tags/v1", Stop));
        Assert.Equal(await TagsAsync(bench.User.Path), await TagsAsync(bench.Clone.Path));
    }

    private static Task<string> TagsAsync(string repository) => Git.TextAsync(repository, ["for-each-ref", "refs/tags/"], null, Stop);

    [Fact]
    public async Task No_object_file_is_shared_with_the_users_repository()
    {
        using var bench = await Bench.CreateAsync();
        foreach (var file in TreeFiles.Walk(Path.Combine(bench.Clone.Path, "objects")))
        {
            Assert.Equal("1", (await ChildProcess.RunAsync(new ChildCommand("stat", ["-c", "%h", file.FullName]), null, Stop)).Output.Trim());
        }
        Assert.False(File.Exists(Path.Combine(bench.Clone.Path, "objects/info/alternates")));
    }

    [Fact]
    public async Task Missing_and_foreign_paths_are_named()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["plain"]);

        Assert.Equal("repository_missing", (await Assert.ThrowsAsync<WorkspaceException>(() => BareClone.OpenAsync(folder["c.git"], folder["none"], null, Stop))).Code);
        Assert.Equal("not_a_repository", (await Assert.ThrowsAsync<WorkspaceException>(() => BareClone.OpenAsync(folder["c.git"], folder["plain"], null, Stop))).Code);
        Assert.False(Directory.Exists(folder["c.git"]));
    }

    [Fact]
    public async Task An_empty_repository_is_cloned_and_named_empty_until_it_has_a_commit()
    {
        using var folder = new TempFolder();
        var user = await UserRepository.CreateAsync(folder["user"]);
        var clone = await BareClone.OpenAsync(folder["c.git"], user.Path, null, Stop);
        Assert.Equal("repository_empty", (await Assert.ThrowsAsync<WorkspaceException>(() => clone.TakeOriginInAsync("main", Stop))).Code);
        Assert.Equal("repository_empty", (await Assert.ThrowsAsync<WorkspaceException>(() => clone.DefaultBranchAsync(Stop))).Code);

        var first = await user.CommitAsync(("a", "1"));
        await clone.FetchAsync(TimeSpan.Zero, Stop);

        Assert.Equal(first, (await clone.TakeOriginInAsync("main", Stop)).Tip);
        Assert.Equal("branch_missing", (await Assert.ThrowsAsync<WorkspaceException>(() => clone.TakeOriginInAsync("other", Stop))).Code);
    }

    [Fact]
    public async Task Bare_shallow_and_detached_sources_work()
    {
        using var folder = new TempFolder();
        var user = await UserRepository.CreateAsync(folder["user"], ("a", "1"));
        var tip = await user.CommitAsync(("a", "2"));
        await Git.TextAsync(folder.Path, ["clone", "-q", "--bare", user.Path, folder["bare.git"]], null, Stop);
        await Git.TextAsync(folder.Path, ["clone", "-q", "--depth=1", "file://" + user.Path, folder["shallow"]], null, Stop);
        await user.GitAsync("checkout", "-q", "--detach");

        foreach (var source in (string[])["bare.git", "shallow", "user"])
        {
            var clone = await BareClone.OpenAsync(folder[source + ".clone"], folder[source], null, Stop);
            Assert.Equal("main", await clone.DefaultBranchAsync(Stop));
            Assert.Equal(tip, (await clone.TakeOriginInAsync("main", Stop)).Tip);
        }
    }

    [Fact]
    public async Task The_tip_follows_origin_and_stays_when_they_diverge()
    {
        using var bench = await Bench.CreateAsync();
        var second = await bench.User.CommitAsync(("a.txt", "two\n"));
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);
        Assert.Equal(new TipResult(second, second, true, false), await bench.Clone.TakeOriginInAsync("main", Stop));

        var landed = await LandAsync(bench, second, "b.txt");
        Assert.Equal(new TipResult(landed, second, false, false), await bench.Clone.TakeOriginInAsync("main", Stop));

        var third = await bench.User.CommitAsync(("c.txt", "c\n"));
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);
        Assert.Equal(new TipResult(landed, third, false, true), await bench.Clone.TakeOriginInAsync("main", Stop));
        Assert.Equal((1, 1), await bench.Clone.DistanceAsync(landed, third, Stop));
    }

    [Fact]
    public async Task A_fetch_never_drops_landed_work_even_when_origin_is_rewritten()
    {
        using var bench = await Bench.CreateAsync();
        var landed = await LandAsync(bench, bench.Start, "b.txt");
        await bench.User.GitAsync("commit", "-q", "--amend", "--allow-empty", "-m", "rewritten");
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);

        Assert.True((await bench.Clone.TakeOriginInAsync("main", Stop)).Diverged);
        Assert.Equal(landed, await bench.Clone.ResolveAsync("refs/heads/main", Stop));
        Assert.NotNull(await bench.Clone.ResolveAsync(bench.Start, Stop));
    }

    [Fact]
    public async Task Fetches_are_coalesced()
    {
        using var bench = await Bench.CreateAsync();
        var next = await bench.User.CommitAsync(("a.txt", "two\n"));

        await bench.Clone.FetchAsync(TimeSpan.FromMinutes(5), Stop);
        Assert.Equal(bench.Start, await bench.Clone.ResolveAsync("refs/remotes/origin/main", Stop));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => bench.Clone.FetchAsync(TimeSpan.Zero, Stop)));
        Assert.Equal(next, await bench.Clone.ResolveAsync("refs/remotes/origin/main", Stop));
    }

    [Fact]
    public async Task A_clone_opened_by_many_at_once_is_made_once()
    {
        using var folder = new TempFolder();
        var user = await UserRepository.CreateAsync(folder["user"], ("a", "1"));

        var clones = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => BareClone.OpenAsync(folder["c.git"], user.Path, null, Stop)));

        Assert.All(await Task.WhenAll(clones.Select(clone => clone.ResolveAsync("refs/remotes/origin/main", Stop))), Assert.NotNull);
    }

    [Fact]
    public async Task A_tip_moves_only_from_where_it_was_expected()
    {
        using var bench = await Bench.CreateAsync();
        var next = await bench.User.CommitAsync(("a.txt", "two\n"));
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);

        Assert.False(await bench.Clone.MoveTipAsync("main", next, next, Stop));
        Assert.True(await bench.Clone.MoveTipAsync("main", bench.Start, next, Stop));
        Assert.False(await bench.Clone.MoveTipAsync("main", "", bench.Start, Stop));
        Assert.Equal(next, await bench.Clone.ResolveAsync("main", Stop));
    }

    [Fact]
    public async Task A_push_is_refused_when_the_remote_moved()
    {
        using var bench = await Bench.CreateAsync();
        await Git.TextAsync(bench.Folder.Path, ["clone", "-q", "--bare", bench.User.Path, bench.Folder["remote.git"]], null, Stop);
        var clone = await BareClone.OpenAsync(bench.Folder["pushing.git"], "file://" + bench.Folder["remote.git"], null, Stop);
        var start = (await clone.TakeOriginInAsync("main", Stop)).Tip;
        var landed = await LandAsync(clone, start, "b.txt");

        Assert.IsType<PushOutcome.Refused>(await clone.PushAsync("main", landed, landed, Stop));
        Assert.Equal(new PushOutcome.Pushed(landed), await clone.PushAsync("main", landed, start, Stop));
        Assert.Equal(landed, await BareClone.At(bench.Folder["remote.git"]).ResolveAsync("main", Stop));

        var next = await LandAsync(clone, landed, "c.txt");
        Assert.IsType<PushOutcome.Refused>(await clone.PushAsync("main", next, start, Stop));
        Assert.Equal(new PushOutcome.Pushed(next), await clone.PushAsync("main", next, landed, Stop));
        Assert.Equal(new PushOutcome.Pushed(next), await clone.PushAsync("main", next, landed, Stop));
    }

    [Fact]
    public async Task Files_and_differences_are_read_in_every_alphabet()
    {
        string[] names = ["a b.txt", "ж/日本語.txt", "q\"uote", "tab\tname", "line\nbreak", "ünï", "-dash", "*star"];
        using var bench = await Bench.CreateAsync([.. names.Select(name => (name, name))]);
        var next = await bench.User.CommitAsync([.. names.Select(name => (name, name + "\nmore\n"))]);
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);

        Assert.Equal(names.Order(StringComparer.Ordinal), (await bench.Clone.ListFilesAsync(next, Stop)).Order(StringComparer.Ordinal));
        var changed = await bench.Clone.ChangedFilesAsync(bench.Start, next, Stop);
        Assert.Equal(names.Order(StringComparer.Ordinal), changed.Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.All(changed, file => Assert.Equal(ChangeKind.Modified, file.Kind));
        foreach (var name in names)
        {
            Assert.Equal(name, System.Text.Encoding.UTF8.GetString((await bench.Clone.ReadFileAsync(bench.Start, name, Stop))!));
        }
        Assert.Null(await bench.Clone.ReadFileAsync(next, "none", Stop));
        Assert.EndsWith("+more\n", await bench.Clone.DiffAsync(bench.Start, next, cancellation: Stop), StringComparison.Ordinal);
        Assert.EndsWith("longer]", await bench.Clone.DiffAsync(bench.Start, next, 50, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renames_and_line_counts_are_seen()
    {
        var text = string.Concat(Enumerable.Range(0, 50).Select(n => $"line {n}\n"));
        using var bench = await Bench.CreateAsync(("old.txt", text), ("gone.txt", "x\n"));
        File.Delete(bench.User["old.txt"]);
        File.Delete(bench.User["gone.txt"]);
        var next = await bench.User.CommitAsync(("new.txt", text + "one more\n"), ("added.bin", "\0\0"));
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);

        var changed = (await bench.Clone.ChangedFilesAsync(bench.Start, next, Stop)).ToDictionary(file => file.Path);

        Assert.Equal(new ChangedFile("new.txt", ChangeKind.Renamed, "old.txt", 1, 0), changed["new.txt"]);
        Assert.Equal(new ChangedFile("gone.txt", ChangeKind.Deleted, null, 0, 1), changed["gone.txt"]);
        Assert.Equal(new ChangedFile("added.bin", ChangeKind.Added), changed["added.bin"]);
    }

    [Fact]
    public async Task A_branch_with_unsaved_commits_is_not_deleted()
    {
        using var bench = await Bench.CreateAsync();
        var commit = await CommitAsync(bench.Clone, bench.Start, "w.txt");
        Assert.True(await bench.Clone.MoveTipAsync("autobuild/t1", "", commit, Stop));
        Assert.True(await bench.Clone.MoveTipAsync("autobuild/t2", "", commit, Stop));

        Assert.Equal("branch_unsaved", (await Assert.ThrowsAsync<WorkspaceException>(() => bench.Clone.DeleteBranchAsync("autobuild/t1", commit, Stop))).Code);
        await Git.ExpectAsync(bench.Clone.Path, ["update-ref", "refs/autobuild/rescue/job-1", commit], null, Stop);
        Assert.False(await bench.Clone.DeleteBranchAsync("autobuild/t1", bench.Start, Stop));
        Assert.True(await bench.Clone.DeleteBranchAsync("autobuild/t1", commit, Stop));
        Assert.Equal(["autobuild/t2"], (await bench.Clone.JobBranchesAsync(Stop)).Keys);
    }

    [Fact]
    public async Task Hooks_and_monitors_of_a_repository_do_not_run()
    {
        using var bench = await Bench.CreateAsync();
        var hook = Path.Combine(bench.Clone.Path, "hooks", "reference-transaction");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        File.WriteAllText(hook, $"#!/bin/sh\ntouch {bench.Folder["ran"]}\n");
        File.SetUnixFileMode(hook, (UnixFileMode)0b111_101_101);

        Assert.True(await bench.Clone.MoveTipAsync("other", "", bench.Start, Stop));

        Assert.False(File.Exists(bench.Folder["ran"]));
    }

    internal static async Task<string> CommitAsync(BareClone clone, string parent, string file, string text = "landed\n")
    {
        var blob = await Git.TextAsync(clone.Path, ["hash-object", "-w", "--stdin"], new GitOptions { Input = System.Text.Encoding.UTF8.GetBytes(text) }, Stop);
        var index = new GitOptions { Environment = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = Path.Combine(clone.Path, "test-index") } };
        await Git.TextAsync(clone.Path, ["read-tree", parent], index, Stop);
        await Git.TextAsync(clone.Path, ["update-index", "--add", "--cacheinfo", $"100644,{blob},{file}"], index, Stop);
        return await Git.TextAsync(clone.Path, ["commit-tree", await Git.TextAsync(clone.Path, ["write-tree"], index, Stop), "-p", parent, "-m", file], null, Stop);
    }

    internal static async Task<string> LandAsync(BareClone clone, string from, string file, string text = "landed\n")
    {
        var commit = await CommitAsync(clone, from, file, text);
        Assert.True(await clone.MoveTipAsync("main", from, commit, Stop));
        return commit;
    }

    private static Task<string> LandAsync(Bench bench, string from, string file) => LandAsync(bench.Clone, from, file);
}
