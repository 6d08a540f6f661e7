using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class JobTreeTests
{
    private static readonly string[] Names = ["a b.txt", "ж/日本語.txt", "q\"uote", "line\nbreak", "-dash", "*star", "ünï"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prepared_tree_is_clean_on_its_own_branch()
    {
        using var bench = await Bench.CreateAsync();
        var prepared = await JobTree.PrepareAsync(bench.Plan, Stop);

        Assert.False(prepared.Warm);
        Assert.Equal("one\n", File.ReadAllText(bench["a.txt"]));
        Assert.Equal("autobuild/t1-work", await bench.JobGitAsync("branch", "--show-current"));
        Assert.Equal("", await bench.JobGitAsync("status", "--porcelain", "--ignored"));
        Assert.Equal(bench.Start, await bench.JobGitAsync("rev-parse", "HEAD"));
        Assert.False(await JobTree.IsDirtyAsync(bench.Plan, Stop));
        Assert.Null(await JobTree.CommitAllAsync(bench.Plan, "nothing", cancellation: Stop));
    }

    [Fact]
    public async Task Everything_an_agent_did_is_committed_and_taken_over()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        foreach (var name in Names)
        {
            bench.Write(name, name);
        }
        File.Delete(bench["a.txt"]);
        bench.Write("run.sh", "#!/bin/sh\r\necho\r\n");
        File.SetUnixFileMode(bench["run.sh"], (UnixFileMode)0b111_101_101);
        File.CreateSymbolicLink(bench["link"], "run.sh");
        bench.Write("x.log", "ignored");
        Assert.Equal(Names.Length + 3, (await JobTree.StatusAsync(bench.Plan, Stop)).Count);

        var commit = await JobTree.CommitAllAsync(bench.Plan, "Work\n\nBody ж", "Ann Ж <ann@example.org>", cancellation: Stop);
        Assert.Equal(commit, await bench.Clone.ImportAsync(bench.Plan.GitDir, bench.Plan.Branch, Stop));

        Assert.Equal([".gitignore", .. Names.Append("run.sh").Append("link").Order(StringComparer.Ordinal)],
            (await bench.Clone.ListFilesAsync(commit!, Stop)).OrderBy(name => name != ".gitignore").ThenBy(name => name, StringComparer.Ordinal));
        Assert.Equal("#!/bin/sh\r\necho\r\n"u8.ToArray(), await bench.Clone.ReadFileAsync(commit!, "run.sh", Stop));
        var modes = await Git.TextAsync(bench.Clone.Path, ["ls-tree", commit!, "run.sh", "link"], null, Stop);
        Assert.Contains("100755", modes, StringComparison.Ordinal);
        Assert.Contains("120000", modes, StringComparison.Ordinal);
        var entry = (await bench.Clone.LogAsync(commit!, bench.Start, cancellation: Stop)).Single();
        Assert.Equal(("Ann Ж", "Work\n\nBody ж"), (entry.Author, entry.Message));
        Assert.Equal(commit, await bench.Clone.ResolveAsync("refs/heads/autobuild/t1-work", Stop));
        Assert.Equal("", await bench.JobGitAsync("status", "--porcelain"));
        Assert.False(await JobTree.IsDirtyAsync(bench.Plan, Stop));
        Assert.Equal(bench.Start, await bench.Clone.ResolveAsync("main", Stop));
    }

    [Fact]
    public async Task Commits_of_the_agent_stay_and_ours_goes_on_top()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        await bench.JobGitAsync("checkout", "-q", "-b", "its-own");
        bench.Write("b.txt", "b");
        await bench.JobGitAsync("add", "b.txt");
        await bench.JobGitAsync("commit", "-q", "-m", "the agent's");
        var agents = await JobTree.HeadAsync(bench.Plan, Stop);
        bench.Write("c.txt", "c");

        var commit = await JobTree.CommitAllAsync(bench.Plan, "ours", cancellation: Stop);

        Assert.Equal(commit, await bench.Clone.ImportAsync(bench.Plan.GitDir, bench.Plan.Branch, Stop));
        Assert.Equal(["ours", "the agent's"], (await bench.Clone.LogAsync(commit!, bench.Start, cancellation: Stop)).Select(entry => entry.Message));
        Assert.True(await bench.Clone.ContainsAsync(agents, commit!, Stop));
        Assert.Equal("autobuild/t1-work", await bench.JobGitAsync("branch", "--show-current"));
    }

    [Fact]
    public async Task An_agent_cannot_hide_a_change_or_run_code_with_our_rights()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        await bench.JobGitAsync("update-index", "--assume-unchanged", "a.txt");
        bench.Write("a.txt", "hidden?");
        bench.Write(".gitattributes", "* filter=evil\n");
        foreach (var (key, value) in (ReadOnlySpan<(string, string)>)[("filter.evil.clean", $"touch {bench.Folder["ran"]}; cat"), ("core.fsmonitor", $"touch {bench.Folder["ran"]}"), ("core.worktree", "/")])
        {
            File.AppendAllText(Path.Combine(bench.Plan.GitDir, "config"), $"[{key.Split('.')[0]} \"evil\"]\n\t{key.Split('.')[^1]} = \"{value}\"\n");
        }
        File.AppendAllText(Path.Combine(bench.Plan.GitDir, "config"), $"[core]\n\tfsmonitor = \"touch {bench.Folder["ran"]}\"\n\tworktree = /\n");

        var commit = await JobTree.CommitAllAsync(bench.Plan, "m", cancellation: Stop);
        await bench.Clone.ImportAsync(bench.Plan.GitDir, bench.Plan.Branch, Stop);

        Assert.Equal("hidden?"u8.ToArray(), await bench.Clone.ReadFileAsync(commit!, "a.txt", Stop));
        Assert.False(File.Exists(bench.Folder["ran"]));
    }

    [Fact]
    public async Task The_jobs_git_dir_cannot_move_refs_of_the_bare_clone()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        var before = await Git.TextAsync(bench.Clone.Path, ["for-each-ref"], null, Stop);
        bench.Write("b.txt", "b");
        await bench.JobGitAsync("add", "-A");
        await bench.JobGitAsync("commit", "-q", "-m", "x");
        await bench.JobGitAsync("update-ref", "refs/heads/main", "HEAD");
        await bench.JobGitAsync("branch", "-f", "autobuild/other", "HEAD");
        Assert.False((await Git.RunAsync(bench.Plan.Path, ["push", "origin", "HEAD:main"], null, Stop)).Succeeded);
        await bench.JobGitAsync("gc", "-q", "--prune=now");

        Assert.Equal(before, await Git.TextAsync(bench.Clone.Path, ["for-each-ref"], null, Stop));
        Assert.Equal(bench.Start, await bench.Clone.ResolveAsync("main", Stop));
    }

    [Fact]
    public async Task A_job_sees_the_sources_tags_and_cannot_move_them()
    {
        using var bench = await Bench.CreateAsync();
        await bench.User.GitAsync("tag", "-a", "v1.2", "-m", "release");
        await bench.User.GitAsync("tag", "blob", "HEAD:a.txt");
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);
        var before = await Git.TextAsync(bench.Clone.Path, ["for-each-ref", "refs/tags/"], null, Stop);

        await JobTree.PrepareAsync(bench.Plan, Stop);

        Assert.Equal("v1.2", await bench.JobGitAsync("describe"));
        Assert.Null(await bench.RescueAsync());
        bench.Write("b.txt", "b");
        var commit = await JobTree.CommitAllAsync(bench.Plan, "m", cancellation: Stop);
        Assert.StartsWith("v1.2-1-g", await bench.JobGitAsync("describe"), StringComparison.Ordinal);
        await bench.JobGitAsync("tag", "-f", "v1.2", commit!);
        await bench.JobGitAsync("tag", "mine");
        await bench.Clone.ImportAsync(bench.Plan.GitDir, bench.Plan.Branch, Stop);
        Assert.Equal(before, await Git.TextAsync(bench.Clone.Path, ["for-each-ref", "refs/tags/"], null, Stop));
        Assert.Null(await bench.RescueAsync());
    }

    [Fact]
    public async Task A_rewritten_branch_is_taken_over_and_its_old_tip_kept()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("b.txt", "first");
        var first = await JobTree.CommitAllAsync(bench.Plan, "first", cancellation: Stop);
        await bench.Clone.ImportAsync(bench.Plan.GitDir, bench.Plan.Branch, Stop);
        await bench.JobGitAsync("reset", "-q", "--hard", bench.Start);
        bench.Write("c.txt", "second");
        var second = await JobTree.CommitAllAsync(bench.Plan, "second", cancellation: Stop);

        Assert.Equal(second, await bench.Clone.ImportAsync(bench.Plan.GitDir, bench.Plan.Branch, Stop));

        var rescue = Assert.Single(await Rescue.ListAsync(bench.Clone, Stop));
        Assert.True(await bench.Clone.ContainsAsync(first!, rescue.Commit, Stop));
    }

    [Fact]
    public async Task A_shallow_source_works_from_end_to_end()
    {
        using var bench = await Bench.CreateAsync();
        await bench.User.CommitAsync(("a.txt", "two\n"));
        await Git.TextAsync(bench.Folder.Path, ["clone", "-q", "--depth=1", "file://" + bench.User.Path, bench.Folder["shallow"]], null, Stop);
        var clone = await BareClone.OpenAsync(bench.Folder["s.git"], bench.Folder["shallow"], null, Stop);
        var start = (await clone.TakeOriginInAsync("main", Stop)).Tip;
        var plan = bench.Plan with { Repository = clone.Path, StartCommit = start };

        await JobTree.PrepareAsync(plan, Stop);
        bench.Write("b.txt", "b");
        var commit = await JobTree.CommitAllAsync(plan, "m", cancellation: Stop);

        Assert.Equal(commit, await clone.ImportAsync(plan.GitDir, plan.Branch, Stop));
        Assert.Equal("b.txt", Assert.Single(await clone.ChangedFilesAsync(start, commit!, Stop)).Path);
        Assert.True(await clone.MoveTipAsync("main", start, commit!, Stop));
        Assert.IsType<SyncOutcome.FastForwarded>(await UserCheckout.SyncAsync(bench.Folder["shallow"], clone, "main", Stop));
    }

    [Fact]
    public async Task Ignored_files_are_copied_by_list_and_by_worktreeinclude_without_escapes()
    {
        using var bench = await Bench.CreateAsync(("a.txt", "one\n"), (".gitignore", "*.log\n.env*\n/cache/\n/secrets\n*.key\n"));
        bench.User.Write(".env", "A=1");
        bench.User.Write("apps/web/.env.local", "B=2");
        bench.User.Write("cache/deep/x.key", "k");
        bench.User.Write("cache/deep/other", "o");
        bench.User.Write("noise.log", "n");
        bench.User.Write("untracked.env", "not ignored");
        bench.User.Write(".worktreeinclude", "# shared\n.env.local\n*.key\n");
        File.WriteAllText(bench.Folder["outside"], "outside");
        File.CreateSymbolicLink(bench.User["escape.key"], "../outside");
        File.CreateSymbolicLink(bench.User["absolute.key"], bench.User[".env"]);
        File.CreateSymbolicLink(bench.User["inside.key"], ".env");

        var prepared = await JobTree.PrepareAsync(bench.Plan with { CopyFrom = bench.User.Path, Copy = [".env", "untracked.env"] }, Stop);

        Assert.Equal([".env", "apps/web/.env.local", "cache/deep/x.key", "inside.key"], prepared.Copied.Order(StringComparer.Ordinal));
        Assert.Equal("B=2", File.ReadAllText(bench["apps/web/.env.local"]));
        Assert.Equal(".env", new FileInfo(bench["inside.key"]).LinkTarget);
        Assert.Equal(2, prepared.Notes.Count);
        Assert.Contains(prepared.Notes, note => note.Contains("escape.key", StringComparison.Ordinal));
        Assert.Null(await bench.RescueAsync());
    }

    [Fact]
    public async Task A_copy_does_not_follow_a_link_in_the_tree()
    {
        using var bench = await Bench.CreateAsync(("a.txt", "one\n"), (".gitignore", "*.key\n"));
        Directory.CreateDirectory(bench.Folder["outside"]);
        File.CreateSymbolicLink(bench.User["conf"], bench.Folder["outside"]);
        var start = await bench.User.CommitAsync();
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);
        File.Delete(bench.User["conf"]);
        bench.User.Write("conf/my.key", "k");

        var prepared = await JobTree.PrepareAsync(bench.Plan with { StartCommit = start, CopyFrom = bench.User.Path, Copy = ["*.key"] }, Stop);

        Assert.Empty(prepared.Copied);
        Assert.Empty(Directory.EnumerateFileSystemEntries(bench.Folder["outside"]));
    }

    [Fact]
    public async Task Submodules_are_filled_where_their_source_can_be_reached()
    {
        using var bench = await Bench.CreateAsync();
        var library = await UserRepository.CreateAsync(bench.Folder["library"], ("lib.txt", "lib\n"));
        var file = new GitOptions { Environment = new Dictionary<string, string> { ["GIT_ALLOW_PROTOCOL"] = "file" } };
        await Git.TextAsync(bench.User.Path, ["submodule", "--quiet", "add", library.Path, "libs/one"], file, Stop);
        await Git.TextAsync(bench.User.Path, ["submodule", "--quiet", "add", library.Path, "libs/two"], file, Stop);
        bench.User.Write(".gitmodules", File.ReadAllText(bench.User[".gitmodules"]).Replace($"path = libs/two\n\turl = {library.Path}", "path = libs/two\n\turl = /no/such", StringComparison.Ordinal));
        var start = await bench.User.CommitAsync();
        await bench.User.GitAsync("submodule", "deinit", "-q", "-f", "libs/two");
        TreeFiles.Delete(bench.User[".git/modules/libs/two"]);
        await bench.Clone.FetchAsync(TimeSpan.Zero, Stop);

        var prepared = await JobTree.PrepareAsync(bench.Plan with { StartCommit = start }, Stop);

        Assert.Contains("libs/two", Assert.Single(prepared.Notes), StringComparison.Ordinal);
        Assert.Equal("lib\n", File.ReadAllText(bench["libs/one/lib.txt"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(bench["libs/two"]));
        Assert.False(await JobTree.IsDirtyAsync(bench.Plan, Stop));
        Assert.Null(await bench.RescueAsync());
        bench.Write("libs/one/lib.txt", "changed in the submodule");
        var rescue = await bench.RescueAsync();
        Assert.Equal("changed in the submodule"u8.ToArray(), await bench.Clone.ReadFileAsync(rescue!.Commit, "libs/one.rescued/lib.txt", Stop));
    }

    [Fact]
    public async Task A_repository_cloned_into_the_tree_is_not_committed_as_a_broken_submodule()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        await UserRepository.CreateAsync(bench["nested"], ("n.txt", "n"));
        Assert.Null(await JobTree.CommitAllAsync(bench.Plan, "m", cancellation: Stop));
        bench.Write("b.txt", "b");

        var commit = await JobTree.CommitAllAsync(bench.Plan, "m", cancellation: Stop);
        await bench.Clone.ImportAsync(bench.Plan.GitDir, bench.Plan.Branch, Stop);

        Assert.Equal([".gitignore", "a.txt", "b.txt"], await bench.Clone.ListFilesAsync(commit!, Stop));
    }

    [Fact]
    public async Task A_repository_begun_in_the_tree_is_left_out_and_the_rest_committed()
    {
        using var bench = await Bench.CreateAsync(("a.txt", "one\n"), ("file", "was a file"), ("other", "too"), ("src/kept.txt", "k"));
        await JobTree.PrepareAsync(bench.Plan, Stop);
        foreach (var name in (string[])["file", "other"])
        {
            File.Delete(bench[name]);
        }
        foreach (var name in (string[])["new/sub *", "file", "src"])
        {
            bench.Write(name + "/n.txt", "n");
            await Git.ExpectAsync(bench[name], ["init", "-q"], null, Stop);
        }
        await UserRepository.CreateAsync(bench["other"], ("n.txt", "n"));
        bench.Write("new/beside.txt", "b");
        var leftOut = new List<string>();

        var commit = await JobTree.CommitAllAsync(bench.Plan, "m", leftOut: leftOut, cancellation: Stop);
        await bench.Clone.ImportAsync(bench.Plan.GitDir, bench.Plan.Branch, Stop);

        Assert.Equal(["file", "new/sub *", "other"], leftOut.Order(StringComparer.Ordinal));
        // A folder that holds tracked files belongs to the project, whatever was begun in it.
        Assert.Equal(["a.txt", "new/beside.txt", "src/kept.txt", "src/n.txt"], await bench.Clone.ListFilesAsync(commit!, Stop));
        Assert.DoesNotContain("160000", await Git.TextAsync(bench.Clone.Path, ["ls-tree", "-r", commit!], null, Stop), StringComparison.Ordinal);
        Assert.Null(await JobTree.CommitAllAsync(bench.Plan, "again", cancellation: Stop));
    }

    [Fact]
    public async Task A_rescue_keeps_repositories_begun_in_the_tree()
    {
        using var bench = await Bench.CreateAsync(("a.txt", "one\n"), ("file", "was a file"));
        await JobTree.PrepareAsync(bench.Plan, Stop);
        File.Delete(bench["file"]);
        foreach (var name in (string[])["sub", "file"])
        {
            bench.Write(name + "/n.txt", name);
            await Git.ExpectAsync(bench[name], ["init", "-q"], null, Stop);
        }

        var rescue = await bench.RescueAsync();

        Assert.Equal("sub"u8.ToArray(), await bench.Clone.ReadFileAsync(rescue!.Commit, "sub/n.txt", Stop));
        Assert.Equal("file"u8.ToArray(), await bench.Clone.ReadFileAsync(rescue.Commit, "file/n.txt", Stop));
        Assert.NotNull(await bench.Clone.ReadFileAsync(rescue.Commit, "file/.git-rescued/HEAD", Stop));
    }

    [Fact]
    public async Task A_second_preparation_rescues_what_the_first_run_left()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("a.txt", "left");
        bench.Write("new/b.txt", "left too");

        var prepared = await JobTree.PrepareAsync(bench.Plan, Stop);

        Assert.Equal("job1-1", prepared.Rescued!.Name);
        Assert.Equal("one\n", File.ReadAllText(bench["a.txt"]));
        Assert.False(Directory.Exists(bench["new"]));
        Assert.Equal("left too"u8.ToArray(), await bench.Clone.ReadFileAsync(prepared.Rescued.Commit, "new/b.txt", Stop));
    }

    [Fact]
    public async Task A_preparation_cut_off_is_begun_again_without_a_rescue()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        File.Delete(bench["a.txt"]);
        SlotMark.BeginUse(bench.Plan.SlotDir, bench.Start);

        Assert.Null((await JobTree.PrepareAsync(bench.Plan, Stop)).Rescued);
        Assert.Equal("one\n", File.ReadAllText(bench["a.txt"]));
    }

    [Fact]
    public async Task A_tree_replaced_by_a_link_is_not_touched()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        TreeFiles.Delete(bench.Plan.Path);
        Directory.CreateDirectory(bench.Folder["precious"]);
        File.WriteAllText(bench.Folder["precious/file"], "x");
        File.CreateSymbolicLink(bench.Plan.Path, bench.Folder["precious"]);

        Assert.Equal("path_escapes", (await Assert.ThrowsAsync<WorkspaceException>(() => JobTree.PrepareAsync(bench.Plan, Stop))).Code);
        Assert.Equal("x", File.ReadAllText(bench.Folder["precious/file"]));
    }

    [Fact]
    public async Task The_plan_travels_as_json()
    {
        using var bench = await Bench.CreateAsync();
        var plan = bench.Plan with { Copy = [".env"], PortBase = 20010 };
        var back = System.Text.Json.JsonSerializer.Deserialize<TreePlan>(System.Text.Json.JsonSerializer.Serialize(plan))!;

        Assert.Equal(plan.SlotDir, back.SlotDir);
        Assert.Equal([".env"], back.Copy);
        Assert.Equal(plan with { Copy = [], Cache = [] }, back with { Copy = [], Cache = [] });
    }
}
