using System.Text;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class RescueTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clean_tree_needs_no_rescue()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);

        Assert.Null(await bench.RescueAsync());
        Assert.Empty(await Rescue.ListAsync(bench.Clone, Stop));
    }

    [Fact]
    public async Task A_candidate_that_was_only_checked_needs_no_rescue()
    {
        using var bench = await Bench.CreateAsync();
        var candidate = await Git.TextAsync(bench.Clone.Path, ["commit-tree", $"{bench.Start}^{{tree}}", "-p", bench.Start, "-m", "merged"], cancellation: Stop);
        var plan = bench.Plan with { StartCommit = candidate };
        await JobTree.PrepareAsync(plan, Stop);
        Assert.Null(await bench.RescueAsync());

        bench.Write("a.txt", "changed\n");
        await JobTree.CommitAllAsync(plan, "work on it", cancellation: Stop);
        Assert.NotNull(await bench.RescueAsync());
    }

    [Fact]
    public async Task Every_byte_comes_back()
    {
        using var bench = await Bench.CreateAsync(("a.txt", "one\n"), ("gone.txt", "x"), ("folder/in.txt", "x"), (".gitignore", "*.log\n/cache/\n"), (".gitattributes", "* text=auto\n*.id ident\n"));
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("cache/setup", "made by setup");
        bench.Write("cache/kept", "same");
        await JobTree.RecordIgnoredAsync(bench.Plan, Stop);
        var expected = new Dictionary<string, byte[]>
        {
            ["a.txt"] = "crlf\r\nmixed\n\r\n"u8.ToArray(),
            ["x.id"] = "$Id: mine$"u8.ToArray(),
            ["ж 漢/name with space"] = [0, 1, 2, 255],
            ["line\nbreak \"quoted\" \\ back"] = [],
            ["x.log"] = "ignored and new"u8.ToArray(),
            ["cache/setup"] = "changed since setup"u8.ToArray(),
            ["folder"] = "a file where a folder was"u8.ToArray(),
        };
        File.Delete(bench["gone.txt"]);
        Directory.Delete(bench["folder"], true);
        foreach (var (name, bytes) in expected)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(bench[name])!);
            File.WriteAllBytes(bench[name], bytes);
        }
        bench.Write("run.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(bench["run.sh"], (UnixFileMode)0b111_101_101);
        File.CreateSymbolicLink(bench["dangling"], "/no/such ж");

        var rescue = await bench.RescueAsync();
        await Rescue.RestoreAsync(bench.Clone, rescue!.Name, bench.Folder["back"], Stop);

        foreach (var (name, bytes) in expected)
        {
            Assert.Equal(bytes, File.ReadAllBytes(bench.Folder["back/" + name]));
        }
        Assert.False(File.Exists(bench.Folder["back/gone.txt"]));
        Assert.False(File.Exists(bench.Folder["back/cache/kept"]));
        Assert.Equal("/no/such ж", new FileInfo(bench.Folder["back/dangling"]).LinkTarget);
        Assert.True(File.GetUnixFileMode(bench.Folder["back/run.sh"]).HasFlag(UnixFileMode.UserExecute));
        Assert.False(Path.Exists(bench.Folder["back/.git"]));
        Assert.Contains("changed since setup", await Rescue.DiffAsync(bench.Clone, rescue.Name, cancellation: Stop), StringComparison.Ordinal);
        Assert.Equal("rescue_unwritable", (await Assert.ThrowsAsync<WorkspaceException>(() => Rescue.RestoreAsync(bench.Clone, rescue.Name, bench.Folder["back"], Stop))).Code);
        Assert.Equal("rescue_missing", (await Assert.ThrowsAsync<WorkspaceException>(() => Rescue.RestoreAsync(bench.Clone, "none", bench.Folder["b2"], Stop))).Code);
    }

    /// <summary>A git that was killed between staging and the commit leaves the deletion in the index alone.</summary>
    [Fact]
    public async Task A_deletion_that_was_staged_and_not_committed_is_kept()
    {
        using var bench = await Bench.CreateAsync(("a.txt", "one\n"), ("b/c.txt", "two\n"), ("b/d.txt", "three\n"));
        await JobTree.PrepareAsync(bench.Plan, Stop);
        File.Delete(bench["b/c.txt"]);
        File.Delete(bench["b/d.txt"]);
        await Git.TextAsync(bench.Plan.Path, ["--git-dir=" + bench.Plan.SlotDir, "--work-tree=" + bench.Plan.Path, "add", "--all"], cancellation: Stop);
        bench.Write("b/d.txt", "again\n");

        var rescued = await bench.RescueAsync();

        var target = bench.Folder["restored"];
        await Rescue.RestoreAsync(bench.Clone, rescued!.Name, target, Stop);
        Assert.Equal(["a.txt", "b/d.txt"], Directory.EnumerateFiles(target, "*.txt", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(target, file)).Order());
        Assert.Equal("again\n", await File.ReadAllTextAsync(Path.Combine(target, "b/d.txt"), Stop));
    }

    [Fact]
    public async Task Cache_paths_are_left_out()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("cache/big", "cache");
        Assert.Null(await bench.RescueAsync(cache: ["cache/"]));

        Assert.NotNull(await bench.RescueAsync());
    }

    [Fact]
    public async Task Dependency_folders_are_left_out_without_being_named()
    {
        using var bench = await Bench.CreateAsync((".gitignore", "node_modules/\n.env\n"));
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("node_modules/pkg/index.js", "made again by npm");
        Assert.Null(await bench.RescueAsync());

        bench.Write(".env", "KEY=written by the agent");
        Assert.NotNull(await bench.RescueAsync());
    }

    [Fact]
    public async Task What_the_checks_made_is_left_out_and_what_the_agent_made_is_kept()
    {
        using var bench = await Bench.CreateAsync((".gitignore", "*.out\n"));
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("report.out", "by the checks, first run");
        await JobTree.RecordIgnoredAsync(bench.Plan, Stop);

        await JobTree.RecordAroundAsync(bench.Plan, () =>
        {
            bench.Write("report.out", "by the checks, a longer second run");
            bench.Write("coverage.out", "by the checks");
            return Task.FromResult(0);
        }, Stop);
        Assert.Null(await bench.RescueAsync());

        bench.Write("notes.out", "by the agent");
        await JobTree.RecordAroundAsync(bench.Plan, () => Task.FromResult(0), Stop);
        var rescue = await bench.RescueAsync();
        await Rescue.RestoreAsync(bench.Clone, rescue!.Name, bench.Folder["back"], Stop);
        Assert.Equal("by the agent", await File.ReadAllTextAsync(bench.Folder["back/notes.out"], Stop));
        Assert.False(File.Exists(bench.Folder["back/coverage.out"]));
    }

    [Fact]
    public async Task Commits_stashes_tags_and_detached_work_are_kept()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        var lost = new List<string>();
        async Task Commit(string text)
        {
            bench.Write("b.txt", text);
            await bench.JobGitAsync("add", "-A");
            await bench.JobGitAsync("commit", "-q", "-m", text);
            lost.Add(await bench.JobGitAsync("rev-parse", "HEAD"));
        }
        await bench.JobGitAsync("checkout", "-q", "-b", "side");
        await Commit("on a branch");
        await bench.JobGitAsync("checkout", "-q", "--detach", bench.Start);
        await Commit("tagged");
        await bench.JobGitAsync("tag", "-a", "v1", "-m", "tag");
        await bench.JobGitAsync("checkout", "-q", "--detach", bench.Start);
        await Commit("detached");
        foreach (var text in (string[])["stash one", "stash two"])
        {
            bench.Write("a.txt", text);
            await bench.JobGitAsync("stash", "-q");
            lost.Add(await bench.JobGitAsync("rev-parse", "stash@{0}"));
        }

        var rescue = await bench.RescueAsync();

        foreach (var commit in lost)
        {
            Assert.True(await bench.Clone.ContainsAsync(commit, rescue!.Commit, Stop), commit);
        }
        Assert.Null(await bench.RescueAsync());
        Assert.DoesNotContain("import", await Git.TextAsync(bench.Clone.Path, ["for-each-ref"], null, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_within_the_tree_is_kept_with_its_history()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        var nested = await UserRepository.CreateAsync(bench["nested"], ("n.txt", "n"));
        var head = await nested.GitAsync("rev-parse", "HEAD");

        var rescue = await bench.RescueAsync();
        await Rescue.RestoreAsync(bench.Clone, rescue!.Name, bench.Folder["back"], Stop);

        Assert.Equal("n", File.ReadAllText(bench.Folder["back/nested/n.txt"]));
        Directory.CreateDirectory(bench.Folder["back/nested/.git-rescued/refs"]);
        Assert.Equal(head, await Git.TextAsync(bench.Folder["back/nested"], ["--git-dir=.git-rescued", "rev-parse", "HEAD"], null, Stop));
    }

    [Fact]
    public async Task Too_much_is_refused_and_nothing_is_lost()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("big", new string('x', 2000));

        var error = await Assert.ThrowsAsync<WorkspaceException>(() => Rescue.SaveAsync(bench.Plan.Path, bench.Plan.GitDir, bench.Clone, "j", null, 1000, Stop));

        Assert.Equal("rescue_too_large", error.Code);
        Assert.True(File.Exists(bench["big"]));
    }

    [Fact]
    public async Task Names_are_never_written_over_and_old_rescues_can_be_dropped()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("b.txt", "1");
        Assert.Equal("job-7-1", (await bench.RescueAsync("job-7-1"))!.Name);
        bench.Write("b.txt", "2");
        Assert.Equal("job-7-1-2", (await bench.RescueAsync("job-7-1"))!.Name);
        Assert.Equal(["job-7-1", "job-7-1-2"], (await Rescue.ListAsync(bench.Clone, Stop)).Select(entry => entry.Name).Order());

        await Rescue.DropAsync(bench.Clone, "job-7-1", Stop);
        Assert.Equal("job-7-1-2", Assert.Single(await Rescue.ListAsync(bench.Clone, Stop)).Name);
        Assert.Equal("rescue_missing", (await Assert.ThrowsAsync<WorkspaceException>(() => Rescue.DropAsync(bench.Clone, "job-7-1", Stop))).Code);
        await Rescue.DropAsync(bench.Clone, "job-7-1-2", Stop);
        Assert.Empty(await Rescue.ListAsync(bench.Clone, Stop));
    }

    [Fact]
    public async Task A_file_git_cannot_name_stops_the_rescue_instead_of_losing_it()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        await ChildProcess.RunAsync(new ChildCommand("/bin/sh", ["-c", "printf x > \"$(printf 'bad\\377name')\""]) { WorkingDirectory = bench.Plan.Path }, null, Stop);

        Assert.Equal("rescue_unreadable", (await Assert.ThrowsAsync<WorkspaceException>(() => bench.RescueAsync())).Code);
    }

    [Fact]
    public async Task A_tree_of_which_nothing_can_be_told_is_kept()
    {
        using var bench = await Bench.CreateAsync();
        var slot = Path.Combine(Path.GetDirectoryName(bench.Plan.GitDir)!, "slot");
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("b.txt", "work\n");
        await bench.JobGitAsync("add", "-A");
        await bench.JobGitAsync("commit", "-q", "-m", "mine");
        var commit = await bench.JobGitAsync("rev-parse", "HEAD");
        var loose = Path.Combine(bench.Plan.GitDir, "objects", commit[..2], commit[2..]);
        File.Delete(loose);
        File.WriteAllText(loose, "");
        async Task KeptAsync(string word)
        {
            var fault = await Assert.ThrowsAsync<WorkspaceException>(() => bench.RescueAsync());
            Assert.Equal("rescue_unreadable", fault.Code);
            Assert.Contains(word, fault.Message, StringComparison.Ordinal);
            Assert.Equal("rescue_unreadable", (await Assert.ThrowsAsync<WorkspaceException>(() => JobTree.PrepareAsync(bench.Plan, Stop))).Code);
            Assert.True(File.Exists(bench["b.txt"]));
        }

        await KeptAsync("commits");
        Directory.Delete(slot, true);
        await KeptAsync("began with");
    }

    [Fact]
    public async Task A_branch_that_is_moved_aside_leaves_what_it_held()
    {
        using var bench = await Bench.CreateAsync();
        var one = await Git.TextAsync(bench.Clone.Path, ["commit-tree", $"{bench.Start}^{{tree}}", "-p", bench.Start, "-m", "one answer"], null, Stop);
        var other = await Git.TextAsync(bench.Clone.Path, ["commit-tree", $"{bench.Start}^{{tree}}", "-p", bench.Start, "-m", "another"], null, Stop);

        Assert.True(await bench.Clone.MoveTipAsync("autobuild/resolved", "", one, Stop));
        Assert.False(await bench.Clone.MoveTipAsync("autobuild/resolved", bench.Start, other, Stop));
        Assert.Empty(await Rescue.ListAsync(bench.Clone, Stop));
        Assert.True(await bench.Clone.MoveTipAsync("autobuild/resolved", one, other, Stop));

        Assert.True(await bench.Clone.ContainsAsync(one, Assert.Single(await Rescue.ListAsync(bench.Clone, Stop)).Commit, Stop));
    }

    // Random acts of an agent, then a rescue and a restore: whatever was on disk and not ignored by setup is there again.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task No_path_loses_a_byte(int seed)
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        var random = new Random(seed);
        string[] names = ["a.txt", "b/c.txt", "b/d.log", "cache/e", "ж.txt", "f g", ".env", ".gitignore", "h"];
        for (var act = 0; act < 25; act++)
        {
            var name = names[random.Next(names.Length)];
            switch (random.Next(7))
            {
                case 0 when File.Exists(bench[name]):
                    File.Delete(bench[name]);
                    break;
                case 1:
                    await Git.RunAsync(bench.Plan.Path, ["add", "-A"], null, Stop);
                    break;
                case 2:
                    await Git.RunAsync(bench.Plan.Path, ["commit", "-q", "-m", "x"], null, Stop);
                    break;
                case 3:
                    await JobTree.CommitAllAsync(bench.Plan, "c", cancellation: Stop);
                    break;
                default:
                    if (name != ".gitignore" || random.Next(4) == 0)
                    {
                        bench.Write(name, new string((char)random.Next(10, 200), random.Next(50)));
                    }
                    break;
            }
        }
        var before = Snapshot(bench.Plan.Path);

        var rescue = await bench.RescueAsync();
        var commit = rescue?.Commit ?? await JobTree.HeadAsync(bench.Plan, Stop);
        var after = new Dictionary<string, string>();
        foreach (var name in await bench.Clone.ListFilesAsync(commit, Stop))
        {
            after[name] = Encoding.UTF8.GetString((await bench.Clone.ReadFileAsync(commit, name, Stop))!);
        }

        Assert.Equal(before.OrderBy(pair => pair.Key, StringComparer.Ordinal), after.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    private static Dictionary<string, string> Snapshot(string tree) => TreeFiles.Walk(tree)
        .Where(file => file.Name != ".git").ToDictionary(file => Path.GetRelativePath(tree, file.FullName), file => File.ReadAllText(file.FullName));
}
