using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class UserCheckoutTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clean_checkout_is_fast_forwarded()
    {
        using var bench = await Bench.CreateAsync();
        var tip = await BareCloneTests.LandAsync(bench.Clone, bench.Start, "b.txt");
        bench.User.Write("untracked.txt", "mine");
        bench.User.Write("x.log", "ignored");

        Assert.Equal(new SyncOutcome.FastForwarded(bench.Start, tip, true), await Sync(bench));

        Assert.Equal("landed\n", File.ReadAllText(bench.User["b.txt"]));
        Assert.Equal("mine", File.ReadAllText(bench.User["untracked.txt"]));
        Assert.Equal(new SyncOutcome.UpToDate(tip), await Sync(bench));
    }

    [Theory]
    [InlineData("a.txt", "modified here")]
    [InlineData("new.txt", "untracked here")]
    [InlineData("x.log", "ignored here")]
    [InlineData("folder", "a file where a folder comes")]
    public async Task Nothing_of_the_users_is_written_over(string path, string mine)
    {
        using var bench = await Bench.CreateAsync();
        await BareCloneTests.LandAsync(bench.Clone, bench.Start, path == "folder" ? "folder/in.txt" : path);
        bench.User.Write(path, mine);
        var before = await Snapshot(bench);

        var refused = Assert.IsType<SyncOutcome.Refused>(await Sync(bench));

        Assert.Equal(("dirty_checkout", path), (refused.Code, Assert.Single(refused.Files)));
        Assert.Equal(before, await Snapshot(bench));
    }

    [Fact]
    public async Task A_change_to_another_file_stays_and_does_not_block()
    {
        using var bench = await Bench.CreateAsync();
        await BareCloneTests.LandAsync(bench.Clone, bench.Start, "b.txt");
        bench.User.Write("a.txt", "my edit");

        Assert.IsType<SyncOutcome.FastForwarded>(await Sync(bench));
        Assert.Equal("my edit", File.ReadAllText(bench.User["a.txt"]));
    }

    [Fact]
    public async Task A_diverged_checkout_is_left_alone()
    {
        using var bench = await Bench.CreateAsync();
        await BareCloneTests.LandAsync(bench.Clone, bench.Start, "b.txt");
        await bench.User.CommitAsync(("mine.txt", "x"));
        var before = await Snapshot(bench);

        Assert.Equal("diverged", Assert.IsType<SyncOutcome.Refused>(await Sync(bench)).Code);
        Assert.Equal(before, await Snapshot(bench));
    }

    [Fact]
    public async Task A_branch_that_is_not_checked_out_is_only_moved()
    {
        using var bench = await Bench.CreateAsync();
        var tip = await BareCloneTests.LandAsync(bench.Clone, bench.Start, "b.txt");
        await bench.User.GitAsync("checkout", "-q", "--detach");
        bench.User.Write("b.txt", "mine");

        Assert.Equal(new SyncOutcome.FastForwarded(bench.Start, tip, false), await Sync(bench));
        Assert.Equal("mine", File.ReadAllText(bench.User["b.txt"]));
        Assert.Equal(bench.Start, await bench.User.GitAsync("rev-parse", "HEAD"));
        Assert.Equal(tip, await bench.User.GitAsync("rev-parse", "main"));
    }

    [Fact]
    public async Task A_branch_checked_out_in_another_worktree_is_left_alone()
    {
        using var bench = await Bench.CreateAsync();
        await BareCloneTests.LandAsync(bench.Clone, bench.Start, "b.txt");
        await bench.User.GitAsync("checkout", "-q", "-b", "other");
        await bench.User.GitAsync("worktree", "add", "-q", bench.Folder["second"], "main");

        Assert.Equal("checked_out_elsewhere", Assert.IsType<SyncOutcome.Refused>(await Sync(bench)).Code);
    }

    [Fact]
    public async Task A_busy_or_bare_repository_is_handled()
    {
        using var bench = await Bench.CreateAsync();
        var tip = await BareCloneTests.LandAsync(bench.Clone, bench.Start, "b.txt");
        await Git.TextAsync(bench.Folder.Path, ["clone", "-q", "--bare", bench.User.Path, bench.Folder["bare.git"]], null, Stop);
        Assert.Equal(new SyncOutcome.FastForwarded(bench.Start, tip, false), await UserCheckout.SyncAsync(bench.Folder["bare.git"], bench.Clone, "main", Stop));

        File.WriteAllText(bench.User[".git/index.lock"], "");
        Assert.Equal("busy_checkout", Assert.IsType<SyncOutcome.Refused>(await Sync(bench)).Code);
        Assert.Equal(bench.Start, await bench.User.GitAsync("rev-parse", "main"));
    }

    private static Task<SyncOutcome> Sync(Bench bench) => UserCheckout.SyncAsync(bench.User.Path, bench.Clone, "main", Stop);

    private static async Task<string> Snapshot(Bench bench) =>
        string.Join('\n', TreeFiles.Walk(bench.User.Path, folder => folder.Name != ".git").Select(file => $"{file.FullName} {File.ReadAllText(file.FullName)}").Order(StringComparer.Ordinal))
            + await bench.User.GitAsync("for-each-ref") + await bench.User.GitAsync("status", "--porcelain");
}
