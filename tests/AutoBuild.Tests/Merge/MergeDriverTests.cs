using AutoBuild.Commands;
using AutoBuild.Core;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Merge;

/// <summary>Lets the real git call the real binary.</summary>
public sealed class MergeDriverTests : IAsyncLifetime
{
    private const string File = "src/the file.cs";
    private const string Start = "one();\nred = 1;\ngreen = 2;\ntwo();\n";

    private readonly TempFolder _folder = new();
    private string _repository = "";

    public async ValueTask InitializeAsync()
    {
        _repository = Directory.CreateDirectory(Path.Combine(_folder.Path, "with a space's")).FullName;
        await GitAsync("init", "--quiet", "--initial-branch=main");
        await CommitAsync("start", Start);
        await GitAsync("branch", "feature");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Git_merges_and_rebases_with_the_engine()
    {
        await (await FindAsync()).InstallAsync([], Cancel);
        await DivergeAsync(Start.Replace("green = 2", "green = 7", StringComparison.Ordinal));

        Assert.Equal(0, (await GitAsync("merge", "--no-edit", "--quiet", "feature")).ExitCode);
        Assert.Equal("one();\nred = 5;\ngreen = 7;\ntwo();\n", Read());

        await GitAsync("reset", "--quiet", "--hard", "HEAD~1");
        Assert.Equal(0, (await GitAsync("rebase", "--quiet", "feature")).ExitCode);
        Assert.Equal("one();\nred = 5;\ngreen = 7;\ntwo();\n", Read());
    }

    [Fact]
    public async Task What_stays_open_is_a_conflict_of_git()
    {
        await (await FindAsync()).InstallAsync(["*.cs"], Cancel);
        await DivergeAsync(Start.Replace("red = 1", "red = 9", StringComparison.Ordinal));

        Assert.Equal(1, (await GitAsync("merge", "--no-edit", "--quiet", "feature")).ExitCode);
        Assert.Contains("<<<<<<<", Read(), StringComparison.Ordinal);
        Assert.Equal($"UU \"{File}\"", (await GitAsync("status", "--porcelain")).Output);
    }

    [Fact]
    public async Task It_is_set_up_once_and_leaves_nothing_behind()
    {
        var attributes = Path.Combine(_repository, ".git", "info", "attributes");
        Directory.CreateDirectory(Path.GetDirectoryName(attributes)!);
        System.IO.File.WriteAllText(attributes, "*.png -diff\n");
        var before = System.IO.File.ReadAllText(Path.Combine(_repository, ".git", "config"));
        var driver = await FindAsync();
        await driver.InstallAsync(["*.cs", "*.md"], Cancel);
        var once = System.IO.File.ReadAllText(attributes);
        await driver.InstallAsync(["*.cs", "*.md"], Cancel);

        Assert.Equal(once, System.IO.File.ReadAllText(attributes));
        Assert.Equal(["*.cs", "*.md"], (await driver.ReadAsync(Cancel)).Patterns);
        await driver.InstallAsync([], Cancel);
        Assert.Equal(["every file"], (await driver.ReadAsync(Cancel)).Patterns);
        await driver.UninstallAsync(Cancel);
        Assert.Equal("*.png -diff\n", System.IO.File.ReadAllText(attributes));
        Assert.Null((await driver.ReadAsync(Cancel)).Command);
        Assert.DoesNotContain("autobuild", System.IO.File.ReadAllText(Path.Combine(_repository, ".git", "config")).Replace(before, "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("", (await GitAsync("status", "--porcelain")).Output);
    }

    [Fact]
    public async Task Other_lines_of_the_attributes_keep_their_bytes_place_mode_and_link()
    {
        var (attributes, linked) = (Path.Combine(_repository, ".git", "info", "attributes"), _folder["attributes"]);
        byte[] before = [.. "caf"u8, 0xE9, .. ".txt text\r\n"u8];
        System.IO.File.WriteAllBytes(linked, before);
        System.IO.File.SetUnixFileMode(linked, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.CreateDirectory(Path.GetDirectoryName(attributes)!);
        System.IO.File.CreateSymbolicLink(attributes, linked);
        var driver = await FindAsync();

        await driver.InstallAsync(["*.cs"], Cancel);
        System.IO.File.AppendAllText(attributes, "*.ps -text");
        await driver.InstallAsync(["é.md"], Cancel);

        byte[] block = [.. "# autobuild merge-driver\né.md merge=autobuild\n# end of autobuild merge-driver\n"u8];
        Assert.Equal([.. before, .. block, .. "*.ps -text"u8], System.IO.File.ReadAllBytes(linked));
        Assert.Equal(["é.md"], (await driver.ReadAsync(Cancel)).Patterns);
        await driver.UninstallAsync(Cancel);
        Assert.Equal([.. before, .. "*.ps -text"u8], System.IO.File.ReadAllBytes(linked));
        Assert.Equal((linked, UnixFileMode.UserRead | UnixFileMode.UserWrite), (new FileInfo(attributes).LinkTarget, System.IO.File.GetUnixFileMode(linked)));
    }

    [Fact]
    public async Task What_was_written_into_its_lines_by_hand_stays()
    {
        var attributes = Path.Combine(_repository, ".git", "info", "attributes");
        var driver = await FindAsync();
        await driver.InstallAsync(["*.cs"], Cancel);
        System.IO.File.WriteAllText(attributes, "# autobuild merge-driver\n*.cs merge=autobuild\n*.png -diff\n");

        await driver.UninstallAsync(Cancel);

        Assert.Equal("*.png -diff\n", System.IO.File.ReadAllText(attributes));
    }

    [Fact]
    public async Task Another_default_driver_is_not_overwritten()
    {
        await GitAsync("config", "merge.default", "union");

        Assert.Equal("merge_default_taken", (await Assert.ThrowsAsync<AutoBuildException>(async () => await (await FindAsync()).InstallAsync([], Cancel))).Code);
        Assert.Equal("not_a_repository", (await Assert.ThrowsAsync<AutoBuildException>(() => MergeDriver.FindAsync(_folder.Path, false, Cancel))).Code);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<MergeDriver> FindAsync() => MergeDriver.FindAsync(_repository, false, Cancel);

    private async Task DivergeAsync(string theirs)
    {
        await CommitAsync("ours", Start.Replace("red = 1", "red = 5", StringComparison.Ordinal));
        await GitAsync("checkout", "--quiet", "feature");
        await CommitAsync("theirs", theirs);
        await GitAsync("checkout", "--quiet", "main");
    }

    private async Task CommitAsync(string message, string content)
    {
        Directory.CreateDirectory(Path.Combine(_repository, "src"));
        System.IO.File.WriteAllText(Path.Combine(_repository, File), content);
        await GitAsync("add", "-A");
        await GitAsync("commit", "--quiet", "-m", message);
    }

    private string Read() => System.IO.File.ReadAllText(Path.Combine(_repository, File));

    private Task<GitResult> GitAsync(params string[] arguments) => Git.RunAsync(_repository, arguments, cancellation: Cancel);
}
