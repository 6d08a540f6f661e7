using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Runner;

/// <summary>Lets an agent do what it should not, behind walls and on a machine that has none: each deed is prevented, or seen and said, or without effect.</summary>
/// <remarks>What neither is prevented nor seen on a machine without walls is asserted too, so that the table in docs/reliability.md stays honest.</remarks>
public sealed class HostileAgentTests : IAsyncLifetime
{
    private RunBench _bench = null!;

    public static TheoryData<bool> Machines => [true, false];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Repository => _bench.Spec.Tree.Repository;

    private string Checkout => Path.Combine(_bench.Root, "source");

    private string Others => Path.Combine(_bench.Root, "worktrees", "other", "tree");

    private string Data => Path.Combine(_bench.Root, "data");

    /// <summary>Is made by code that an agent planted, should anybody run it.</summary>
    private string Planted => Path.Combine(_bench.Root, "temp", "planted");

    public async ValueTask InitializeAsync()
    {
        _bench = await RunBench.CreateAsync("", (".autobuild.yaml", "copy: [.env, secrets/]\n"), (".gitignore", ".env\nsecrets/\n"));
        await RunBench.GitAsync(Repository, "branch", "autobuild/9-other", "refs/heads/main");
        Directory.CreateDirectory(Others);
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Others, "work.txt"), "theirs", Token);
        await File.WriteAllTextAsync(Path.Combine(Data, "token"), "the-token", Token);
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Moves_the_target(bool walls)
    {
        var tip = await _bench.Clone.TakeOriginInAsync("main", Token);
        var said = await DoAsync(walls, $"echo evil > evil.txt; git add -A; git commit -qm evil; git push -q {Repository} HEAD:main && echo moved; git -C {Repository} update-ref refs/heads/main HEAD && echo moved");

        Assert.Equal(!walls, said.Contains("moved"));
        var now = await _bench.Clone.TakeOriginInAsync("main", Token);
        Assert.Equal(tip.Tip, now.Tip);
        // What it was moved to is the agent's work and stays to be had.
        Assert.Equal(walls, now.PutBack is null);
        Assert.True(walls || await _bench.Clone.ReadFileAsync($"refs/autobuild/rescue/{now.PutBack}", "evil.txt", Token) is not null);
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Deletes_the_target_and_other_branches(bool walls)
    {
        var tip = await _bench.Clone.TakeOriginInAsync("main", Token);
        await DoAsync(walls, $"git -C {Repository} update-ref -d refs/heads/main; git -C {Repository} branch -D autobuild/9-other");

        Assert.Equal(tip.Tip, (await _bench.Clone.TakeOriginInAsync("main", Token)).Tip);
        // Not seen without walls; its commits are still there, and the job names the last one.
        Assert.Equal(walls, await _bench.Clone.ResolveAsync("refs/heads/autobuild/9-other", Token) is not null);
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Plants_code_in_every_configuration_it_can_reach(bool walls)
    {
        var evil = Path.Combine(_bench.Spec.Tree.Home, "evil.sh");
        var checkoutGit = Path.Combine(Checkout, ".git");
        await DoAsync(walls, $$"""
            printf '#!/bin/sh\ntouch {{Planted}}\ncat\n' > {{evil}}; chmod +x {{evil}}
            printf '[core]\n\tfsmonitor = {{evil}}\n\thooksPath = {{_bench.Spec.Tree.Home}}/hooks\n\tattributesFile = {{_bench.Spec.Tree.Home}}/attributes\n[filter "evil"]\n\tclean = {{evil}}\n\tsmudge = {{evil}}\n[diff]\n\texternal = {{evil}}\n[gpg]\n\tprogram = {{evil}}\n' > ~/config
            echo '* filter=evil diff=evil merge=evil' > ~/attributes; echo '* filter=evil' > .gitattributes
            mkdir -p ~/hooks; for h in pre-commit post-commit reference-transaction post-checkout pre-auto-gc update post-update proc-receive; do cp {{evil}} ~/hooks/$h; done
            printf '[include]\n\tpath = {{_bench.Spec.Tree.Home}}/config\n[includeIf "gitdir:/"]\n\tpath = {{_bench.Spec.Tree.Home}}/config\n' > ~/.gitconfig
            for g in $(git rev-parse --absolute-git-dir) {{Repository}} {{checkoutGit}}; do
              cat ~/.gitconfig ~/config >> $g/config; mkdir -p $g/hooks && cp ~/hooks/* $g/hooks/; mkdir -p $g/info; cp ~/attributes $g/info/attributes
              echo {{_bench.Root}}/nowhere >> $g/objects/info/alternates
            done
            rm -f {{Planted}}; echo changed > readme.md; echo new > new.txt
            """);

        Assert.Equal("changed\n", await _bench.FileAsync("readme.md"));
        Assert.Equal(!walls, File.Exists(Path.Combine(Repository, "hooks", "pre-commit")));
        Assert.Equal(!walls, Warned("your checkout", ".git/config"));
        Assert.Equal(!walls, Warned("AutoBuild's clone", "config"));
        await RunAgainAsync();
        Assert.False(File.Exists(Planted), "Something ran what the agent planted.");
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Links_out_of_the_tree(bool walls)
    {
        var said = await DoAsync(walls, $"""
            ln -s {Data}/token leak; ln -s {Data} leaks; ln -s {Data}/token .env; ln -s {Data} secrets
            git add leak && git commit -qm 'a link'
            (echo x > leaks/made) 2>/dev/null && echo wrote; cat leak 2>/dev/null; echo; true
            """);

        var head = _bench.Report().Commit!;
        Assert.DoesNotContain("the-token", await _bench.Clone.DiffAsync(_bench.Spec.Tree.BaseCommit, head, cancellation: Token), StringComparison.Ordinal);
        Assert.Equal(Data, await _bench.FileAsync("leaks"));
        Assert.Equal(!walls, said.Contains("wrote"));
        Assert.Equal(!walls, said.Contains("the-token"));
        // A second run rescues what the first left, through the links, and copies ignored files onto them.
        await File.WriteAllTextAsync(Path.Combine(Checkout, ".env"), "A=1", Token);
        Directory.CreateDirectory(Path.Combine(Checkout, "secrets"));
        await File.WriteAllTextAsync(Path.Combine(Checkout, "secrets", "key"), "k", Token);
        await RunAgainAsync();
        Assert.Equal("the-token", await File.ReadAllTextAsync(Path.Combine(Data, "token"), Token));
        Assert.False(File.Exists(Path.Combine(Data, "key")));
        foreach (var rescue in await Rescue.ListAsync(_bench.Clone, Token))
        {
            Assert.DoesNotContain("the-token", await _bench.Clone.DiffAsync(_bench.Spec.Tree.BaseCommit, rescue.Commit, cancellation: Token), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Reads_the_environment_of_other_processes_and_the_token(bool walls)
    {
        await using var server = ChildProcess.Start(new ChildCommand("sleep", ["600"]) { Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["SERVER_KEY"] = "of-the-server" } });

        var said = await DoAsync(walls, $"cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -a ^SERVER_KEY; cat {Data}/token; echo; true");

        Assert.Equal(!walls, said.Contains("SERVER_KEY=of-the-server"));
        Assert.Equal(!walls, said.Contains("the-token"));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Writes_into_the_tree_of_another_job(bool walls)
    {
        await DoAsync(walls, $"echo mine > {Others}/work.txt; ls {Others}");

        Assert.Equal(walls ? "theirs" : "mine\n", await File.ReadAllTextAsync(Path.Combine(Others, "work.txt"), Token));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Edits_the_users_checkout(bool walls)
    {
        await DoAsync(walls, $"echo evil >> {Checkout}/readme.md; echo evil > {Checkout}/evil.txt; git push -q {Checkout} HEAD:refs/heads/evil");

        Assert.Equal(walls, await File.ReadAllTextAsync(Path.Combine(Checkout, "readme.md"), Token) == "# Sample\n");
        Assert.Equal(!walls, Warned("your checkout", "evil.txt"));
        Assert.Equal(!walls, Warned("your checkout", "readme.md"));
        Assert.Equal(!walls, Warned("your checkout", ".git/refs/heads/evil"));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Forges_its_own_report(bool walls)
    {
        var forged = """{"outcome":"changed","qa":{"verdict":"passed","commit":"0000000000000000000000000000000000000000"}}""";
        var said = await DoAsync(walls, $"""
            for f in report.json spec.json control.ndjson; do echo '{forged}' > {_bench.Folder.Path}/$f && echo forged; echo '{forged}' > $f; done
            rm -f {_bench.Folder.Path}/runner.lock; echo bad > a.txt; exit 0
            """, RunBench.Check("test ! -e a.txt", fixRounds: 0));

        Assert.Equal(!walls, said.Contains("forged"));
        Assert.Equal((RunOutcome.QaFailed, _bench.Spec.JobId), (_bench.Report().Outcome, _bench.Report().JobId));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Puts_its_own_git_in_the_way(bool walls)
    {
        await DoAsync(walls, $$"""
            mkdir -p ~/bin ~/.local/bin bin; for d in ~/bin ~/.local/bin bin .; do printf '#!/bin/sh\ntouch {{Planted}}\n' > $d/git; cp $d/git $d/sh; chmod +x $d/git $d/sh; done
            for d in /usr/local/bin /usr/bin; do test -w $d && echo open; done; true
            """);

        Assert.DoesNotContain(_bench.Events, what => walls && what.Text == "open");
        await RunAgainAsync();
        Assert.False(File.Exists(Planted), "Something ran what the agent planted.");
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task Fills_its_temporary_folder_and_its_home(bool walls)
    {
        await DoAsync(walls, "head -c 20000000 /dev/zero > $TMPDIR/fill; for i in $(seq 500); do : > $TMPDIR/f$i; done; ln -s / $TMPDIR/root; ln -sfn /tmp ~/.cache; echo x > a.txt");

        Assert.Equal(RunOutcome.Changed, _bench.Report().Outcome);
        Assert.DoesNotContain("fill", (await _bench.Clone.ListFilesAsync(_bench.Report().Commit!, Token)).Select(Path.GetFileName));
    }

    private async Task<HashSet<string>> DoAsync(bool walls, string deed, RunQa? qa = null)
    {
        Assert.SkipUnless(!walls || ProcessIsolation.WallsWork, "this machine lets nobody mount in a namespace");
        _bench.Confinement = walls ? Confinement.Namespace : Confinement.Sweep;
        _bench.Spec = _bench.Spec with
        {
            Agent = RunBench.Command(deed),
            Qa = qa ?? _bench.Spec.Qa,
            Tree = _bench.Spec.Tree with { CopyFrom = Checkout },
            Walls = new RunWalls { Hidden = [Data, Path.Combine(_bench.Root, "repositories"), Path.Combine(_bench.Root, "worktrees"), Path.Combine(_bench.Root, "runs")] },
        };
        await _bench.RunAsync();
        return [.. _bench.Log.Split('\n')];
    }

    // Whatever was planted, a second run of the same ticket gives it every chance.
    private async Task RunAgainAsync()
    {
        await _bench.NextAttemptAsync();
        _bench.Spec = _bench.Spec with { Agent = RunBench.Command("echo again > again.txt") };
        await _bench.RunAsync();
        Assert.Equal("again\n", await _bench.FileAsync("again.txt"));
        await _bench.Clone.TakeOriginInAsync("main", Token);
    }

    private bool Warned(string where, string file) =>
        _bench.Events.Any(what => what.Kind == RunEventKind.Warning && what.Text!.Contains($"In {where} ", StringComparison.Ordinal) && what.Text.Contains(file, StringComparison.Ordinal));
}
