using System.Text;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Repositories as people have them: each works from the project to the sync, or is refused with a sentence that says what to do.</summary>
public sealed class RepositoryCasesTests
{
    private static readonly string Long = new('l', 251);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Sets the checkout up in ways that leave its last commit good to work from.</summary>
    private static readonly Dictionary<string, Func<Bench, Task>> Odd = new()
    {
        ["detached"] = bench => bench.GitAsync("checkout", "-q", "--detach"),
        ["in the middle of a merge"] = async bench =>
        {
            await ConflictAsync(bench);
            Assert.False((await Git.RunAsync(bench.Checkout, ["merge", "-q", "other"], null, Cancel)).Succeeded);
        },
        ["in the middle of a rebase"] = async bench =>
        {
            await ConflictAsync(bench);
            Assert.False((await Git.RunAsync(bench.Checkout, ["rebase", "-q", "other"], null, Cancel)).Succeeded);
        },
        ["with a lock of the user's own git"] = bench => File.WriteAllTextAsync(Path.Combine(bench.Checkout, ".git", "index.lock"), "", Cancel),
        ["sparse"] = async bench =>
        {
            Directory.CreateDirectory(Path.Combine(bench.Checkout, "folder"));
            await bench.CommitAsync("folder/out.txt", "out\n");
            await bench.GitAsync("sparse-checkout", "set", "--no-cone", "/base.txt");
        },
        ["with a branch of the job's kind of name"] = bench => bench.GitAsync("branch", "autobuild/mine"),
        ["with empty directories"] = bench =>
        {
            Directory.CreateDirectory(Path.Combine(bench.Checkout, "empty", "inner"));
            return Task.CompletedTask;
        },
    };

    public static TheoryData<string> OddNames => [.. Odd.Keys];

    [Theory]
    [MemberData(nameof(OddNames))]
    public async Task Work_lands_beside_a_checkout_that_is(string state)
    {
        await using var bench = await Bench.StartAsync();
        await Odd[state](bench);
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto, DefaultBranch = "main" });
        var before = Snapshot.Of(bench.Checkout);

        await LandAsync(bench, project, "new.txt");

        Assert.Equal("landed\n", await bench.ReadAsync(project, "refs/heads/main", "new.txt"));
        Assert.Equal(before, Snapshot.Of(bench.Checkout));
    }

    [Fact]
    public async Task A_sync_into_a_sparse_checkout_keeps_it_sparse()
    {
        await using var bench = await Bench.StartAsync();
        await Odd["sparse"](bench);
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        await LandAsync(bench, project, "base.txt");

        Assert.True((await bench.Get<ProjectRegistry>().SyncAsync(project.Id, null, Cancel)).OrThrow().FilesUpdated);

        Assert.Equal("landed\n", await File.ReadAllTextAsync(Path.Combine(bench.Checkout, "base.txt"), Cancel));
        Assert.False(Path.Exists(Path.Combine(bench.Checkout, "folder")));
        Assert.Equal("", await bench.GitAsync("status", "--porcelain"));
    }

    [Theory]
    [InlineData("in the middle of a merge")]
    [InlineData("with a lock of the user's own git")]
    public async Task A_sync_into_a_checkout_at_work_changes_nothing_and_says_why(string state)
    {
        await using var bench = await Bench.StartAsync();
        await Odd[state](bench);
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        await LandAsync(bench, project, "new.txt");
        var before = Files(bench.Checkout);

        var refusal = (await bench.Get<ProjectRegistry>().SyncAsync(project.Id, null, Cancel)).Refusal;

        Assert.Contains(refusal?.Code, (string[])["busy_checkout", "dirty_checkout"]);
        Assert.Equal(before, Files(bench.Checkout));
    }

    [Fact]
    public async Task A_linked_worktree_with_a_blank_in_its_path_is_a_checkout()
    {
        await using var bench = await Bench.StartAsync();
        var linked = Path.Combine(bench.Root, "a b 'ж'");
        await bench.GitAsync("checkout", "-q", "--detach");
        await bench.GitAsync("worktree", "add", "-q", linked, "main");
        var project = await bench.AddProjectAsync(wanted => wanted with { RepoPath = linked, Landing = LandingPolicy.Auto });
        await LandAsync(bench, project, "new.txt");

        Assert.Equal("main", project.DefaultBranch);
        Assert.True((await bench.Get<ProjectRegistry>().SyncAsync(project.Id, null, Cancel)).OrThrow().FilesUpdated);
        Assert.Equal("landed\n", await File.ReadAllTextAsync(Path.Combine(linked, "new.txt"), Cancel));
        Assert.False(File.Exists(Path.Combine(bench.Checkout, "new.txt")));
    }

    [Fact]
    public async Task A_bare_and_a_shallow_repository_take_landed_work()
    {
        await using var bench = await Bench.StartAsync();
        await bench.CommitAsync("second.txt", "2\n");
        foreach (var (name, option) in ((string, string)[])[("bare.git", "--bare"), ("shallow", "--depth=1")])
        {
            var path = Path.Combine(bench.Root, name);
            await bench.GitAsync("clone", "-q", option, $"file://{bench.Checkout}", path);
            var project = await bench.AddProjectAsync(wanted => wanted with { Name = name, RepoPath = path, Landing = LandingPolicy.Auto });
            await LandAsync(bench, project, "new.txt");

            var synced = (await bench.Get<ProjectRegistry>().SyncAsync(project.Id, null, Cancel)).OrThrow();

            Assert.Equal((true, name == "shallow"), (synced.Changed, synced.FilesUpdated));
            Assert.Equal("landed", await Git.TextAsync(path, ["cat-file", "blob", "main:new.txt"], null, Cancel));
        }
    }

    [Fact]
    public async Task What_git_cannot_read_or_we_cannot_clone_is_refused_with_the_way_out()
    {
        await using var bench = await Bench.StartAsync();
        var modern = Directory.CreateDirectory(Path.Combine(bench.Root, "sha256")).FullName;
        await Git.ExpectAsync(modern, ["init", "-q", "--object-format=sha256"], null, Cancel);
        await Git.ExpectAsync(modern, ["commit", "-q", "--allow-empty", "-m", "x"], null, Cancel);

        await RefusedAsync(bench, modern, "object_format_unsupported", "sha256");
        Assert.SkipUnless(Environment.UserName == "root", "Only root can give a repository to another user.");
        var foreign = Directory.CreateDirectory(Path.Combine(bench.Root, "foreign")).FullName;
        await Git.ExpectAsync(foreign, ["init", "-q"], null, Cancel);
        await ChildProcess.RunAsync(new ChildCommand("chown", ["-R", "12345", foreign]), null, Cancel);
        await RefusedAsync(bench, foreign, "repository_not_trusted", $"safe.directory '{foreign}'");
    }

    [Fact]
    public async Task A_branch_of_the_jobs_name_that_is_not_ours_is_left_alone()
    {
        await using var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        var job = await bench.SubmitAsync(project, "gate go write new.txt landed");
        await bench.GitAsync("branch", job.BranchName, await bench.GitAsync("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "theirs"));
        var theirs = await bench.GitAsync("rev-parse", job.BranchName);

        bench.Open("go");
        await bench.LandingAsync(job, found => found.State == LandingState.Landed);
        Assert.True((await bench.Get<ProjectRegistry>().SyncAsync(project.Id, null, Cancel)).OrThrow().FilesUpdated);

        Assert.Equal(theirs, await bench.GitAsync("rev-parse", job.BranchName));
        Assert.Equal(theirs, await bench.Clone(project).ResolveAsync($"refs/remotes/origin/{job.BranchName}", Cancel));
        Assert.False(await bench.Clone(project).ContainsAsync(theirs, "refs/heads/main", Cancel));
    }

    /// <summary>Every odd file comes through job, landing and sync as it was, and so does what the agent made of them.</summary>
    [Fact]
    public async Task Files_of_every_kind_and_name_come_through_as_they_are()
    {
        await using var bench = await Bench.StartAsync(options => options with
        {
            RunnerCommand = [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "autobuild.dll")],
        });
        await MakeOddFilesAsync(bench);
        var project = await bench.AddProjectAsync(wanted => wanted with { Landing = LandingPolicy.Auto });
        const string Agent = """
            cat > /dev/null
            for f in *; do [ -f "$f" ] && [ ! -L "$f" ] && case $f in *.utf16|*.bin) ;; *) printf 'more\r\n' >> "./$f" ;; esac; done
            mv Case.txt temporary && mv temporary CASE.txt
            chmod +x plain.sh; chmod -x run.sh; ln -sfn other.txt link; ln -s '/no where' dangling; rm "gone.txt"
            mkdir -p 'new ж/empty'; printf 'x' > 'new ж/-n "q"
            line'
            """;

        var job = await bench.SubmitAsync(project, "change them", wanted => wanted with { AgentCommand = Agent });
        var landing = await bench.LandingAsync(job, found => found.State is LandingState.Landed);
        (await bench.Get<ProjectRegistry>().SyncAsync(project.Id, null, Cancel)).OrThrow();

        Assert.Equal("", await bench.GitAsync("status", "--porcelain"));
        Assert.Equal(landing.MergedCommit, await bench.GitAsync("rev-parse", "HEAD"));
        foreach (var name in Names)
        {
            Assert.Equal($"{name}\nmore\r\n", await File.ReadAllTextAsync(Path.Combine(bench.Checkout, name), Cancel));
        }

        Assert.Equal("x", await File.ReadAllTextAsync(Path.Combine(bench.Checkout, "new ж", "-n \"q\"\nline"), Cancel));
        Assert.True(File.Exists(Path.Combine(bench.Checkout, "CASE.txt")) && !File.Exists(Path.Combine(bench.Checkout, "Case.txt")) && !File.Exists(Path.Combine(bench.Checkout, "gone.txt")));
        Assert.Equal("one\r\ntwo\r\nmore\r\n", await File.ReadAllTextAsync(Path.Combine(bench.Checkout, "windows.crlf"), Cancel));
        Assert.Equal("one\ntwo\nmore\n", await bench.ReadAsync(project, "refs/heads/main", "windows.crlf"));
        Assert.Equal(Encoding.Unicode.GetBytes("\uFEFFж\n"), await File.ReadAllBytesAsync(Path.Combine(bench.Checkout, "text.utf16"), Cancel));
        Assert.Equal("100755 100644 120000 120000 160000", await ModesAsync(bench, "plain.sh", "run.sh", "link", "dangling", "module"));
        Assert.Equal("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", await bench.ReadAsync(project, "refs/heads/main", "large.bin"));
        Assert.Equal("deep\n", await File.ReadAllTextAsync(Path.Combine(bench.Checkout, Deep, "file"), Cancel));
    }

    private static readonly string[] Names = ["plain.txt", "日本語", "e\u0301-nfd", "é-nfc", "line\nbreak", "quote\"s'", "-dash", "trailing ", " leading", "tab\t", "back\\slash", "*star?", "$(echo x)", "%s", "🦊", "other.txt", "case", "Case", Long];

    private static readonly string Deep = string.Join('/', Enumerable.Repeat("folder-with-quite-a-long-name-of-fifty-characters", 40));

    private static async Task MakeOddFilesAsync(Bench bench)
    {
        foreach (var name in Names)
        {
            await File.WriteAllTextAsync(Path.Combine(bench.Checkout, name), name + "\n", Cancel);
        }

        foreach (var name in (string[])["Case.txt", "plain.sh", "run.sh", "gone.txt"])
        {
            await File.WriteAllTextAsync(Path.Combine(bench.Checkout, name), name + "\n", Cancel);
        }

        File.SetUnixFileMode(Path.Combine(bench.Checkout, "run.sh"), (UnixFileMode)0b111_101_101);
        File.CreateSymbolicLink(Path.Combine(bench.Checkout, "link"), "plain.txt");
        await File.WriteAllTextAsync(Path.Combine(bench.Checkout, ".gitattributes"), "*.crlf text eol=crlf\n*.utf16 text working-tree-encoding=UTF-16LE-BOM\n*.bin filter=lfs diff=lfs merge=lfs -text\n", Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Checkout, "windows.crlf"), "one\r\ntwo\r\n", Cancel);
        await File.WriteAllBytesAsync(Path.Combine(bench.Checkout, "text.utf16"), Encoding.Unicode.GetBytes("\uFEFFж\n"), Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Checkout, "large.bin"), "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", Cancel);
        Directory.CreateDirectory(Path.Combine(bench.Checkout, Deep));
        await File.WriteAllTextAsync(Path.Combine(bench.Checkout, Deep, "file"), "deep\n", Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Checkout, ".gitmodules"), "[submodule \"module\"]\n\tpath = module\n\turl = https://localhost:1/nowhere.git\n", Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Checkout, ".autobuild.yaml"), "qa:\n  - name: test\n    command: test -L link\n", Cancel);
        Directory.CreateDirectory(Path.Combine(bench.Checkout, "module"));
        await bench.GitAsync("update-index", "--add", "--cacheinfo", $"160000,{await bench.GitAsync("rev-parse", "HEAD")},module");
        await bench.CommitAsync("last.txt", "last\n");
    }

    private static async Task<string> ModesAsync(Bench bench, params string[] paths) =>
        string.Join(' ', await Task.WhenAll(paths.Select(async path => (await bench.GitAsync("ls-tree", "HEAD", "--", path)).Split(' ')[0])));

    private static async Task ConflictAsync(Bench bench)
    {
        await bench.GitAsync("checkout", "-q", "-b", "other");
        await bench.CommitAsync("base.txt", "theirs\n");
        await bench.GitAsync("checkout", "-q", "main");
        await bench.CommitAsync("base.txt", "ours\n");
    }

    private static async Task RefusedAsync(Bench bench, string path, string code, string word)
    {
        var refusal = (await bench.Get<ProjectRegistry>().CreateAsync(new NewProject { Name = code, RepoPath = path }, null, Cancel)).Refusal;
        Assert.Equal(code, refusal?.Code);
        Assert.Contains(word, refusal!.Sentence, StringComparison.Ordinal);
    }

    private static async Task LandAsync(Bench bench, Project project, string file)
    {
        var job = await bench.EndAsync(await bench.SubmitAsync(project, $"write {file} landed"));
        Assert.Equal((JobState.Completed, null), (job.State, job.ErrorMessage));
        await bench.LandingAsync(job, found => found.State == LandingState.Landed);
    }

    // A sync may bring objects into the repository, but no file and no branch.
    private static string Files(string checkout) => string.Join('\n', Snapshot.Of(checkout).Split('\n').Where(line => !line.StartsWith(".git/objects/", StringComparison.Ordinal)));
}
