using System.Text;
using AutoBuild.Commands;
using AutoBuild.Merge;
using AutoBuild.Tests.Cli;

namespace AutoBuild.Tests.Merge;

public sealed class MergeFileTests : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_clean_result_replaces_ours_and_keeps_its_mode()
    {
        var file = Write("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n");
        File.SetUnixFileMode(file.Ours, Mode);

        Assert.Equal(0, await file.RunAsync(TypedCommand.Silent, () => Stream.Null));
        Assert.Equal("A\nb\nc\nD\n", File.ReadAllText(file.Ours));
        Assert.Equal(Mode, File.GetUnixFileMode(file.Ours));
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public async Task Conflicts_are_left_with_markers_and_tell_by_the_exit_code()
    {
        var file = Write("a\n", "b\n", "c\n");

        Assert.Equal(1, await file.RunAsync(TypedCommand.Silent, () => Stream.Null));
        Assert.Equal("<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n", File.ReadAllText(file.Ours));
    }

    [Fact]
    public async Task On_stdout_nothing_is_written_and_stderr_explains()
    {
        var file = Write("a\n", "b\n", "c\n") with { ToStdout = true, Explain = true };
        using var output = new MemoryStream();
        using var error = new StringWriter();

        Assert.Equal(1, await file.RunAsync(TypedCommand.Silent with { Error = error }, () => output));
        Assert.Equal("b\n", File.ReadAllText(file.Ours));
        Assert.StartsWith("<<<<<<< ours\nb\n", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
        Assert.Contains("1. open, tier C, both-changed", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_engine_leaves_gits_own_merge_and_says_broken()
    {
        var file = Write("a\nb\nc\nd\ne\n", "A\nb\nc\nd\nx\n", "a\nb\nC\nd\ny\n") with { Engine = (_, _) => throw new InvalidOperationException("no.") };

        Assert.True(await file.RunAsync(TypedCommand.Silent, () => Stream.Null) > 128);
        Assert.Equal("A\nb\nC\nd\n<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\n", File.ReadAllText(file.Ours));
    }

    [Fact]
    public async Task Where_not_even_git_can_merge_ours_is_as_it_was()
    {
        var file = Write("a\n", "b\n", "c\n");
        File.Delete(file.Base);

        Assert.True(await file.RunAsync(TypedCommand.Silent, () => Stream.Null) > 128);
        Assert.Equal("b\n", File.ReadAllText(file.Ours));
    }

    [Fact]
    public async Task On_a_full_disk_ours_is_as_it_was_and_nothing_is_left_behind()
    {
        await using var disk = await SmallDisk.MountAsync(_folder.Path, 64);
        var text = string.Concat(Enumerable.Range(1, 2000).Select(line => $"{line}\n"));
        var file = Write(text, $"0\n{text}", $"{text}end\n");
        disk.Fill();

        Assert.Equal(131, await file.RunAsync(TypedCommand.Silent, () => Stream.Null));
        Assert.Equal($"0\n{text}", File.ReadAllText(file.Ours));
        Assert.Equal(["base", "filler", "ours", "theirs"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_link_stays_one()
    {
        var file = Write("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n");
        var link = _folder["link"];
        File.CreateSymbolicLink(link, "ours");

        Assert.Equal(0, await (file with { Ours = link }).RunAsync(TypedCommand.Silent, () => Stream.Null));
        Assert.Equal(("A\nb\nC\n", "ours"), (File.ReadAllText(file.Ours), new FileInfo(link).LinkTarget));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    public async Task Markers_of_no_length_are_wrong_use(string size)
    {
        using var error = new StringWriter();

        Assert.Equal(129, await MergeFileCommand.RunAsync(["merge-file", "--marker-size", size, "a", "b", "c"], TypedCommand.Silent with { Error = error }));
        Assert.Equal("autobuild: --marker-size is 1 or more.\n", error.ToString());
    }

    [Theory]
    [InlineData("merge-file", "a")]
    [InlineData("merge-file", "--tier", "c", "a", "b", "c")]
    [InlineData("merge-file", "/nowhere/a", "/nowhere/b", "/nowhere/c")]
    public async Task What_is_wrong_is_above_what_git_takes_for_a_conflict(params string[] args) =>
        Assert.True(await MergeFileCommand.RunAsync(args, TypedCommand.Silent) > 128);

    private MergeFile Write(string start, string ours, string theirs)
    {
        var paths = new[] { ("base", start), ("ours", ours), ("theirs", theirs) }.Select(file =>
        {
            var path = Path.Combine(_folder.Path, file.Item1);
            File.WriteAllText(path, file.Item2);
            return path;
        }).ToArray();
        return new MergeFile(paths[0], paths[1], paths[2], "src/a.cs", MergeOptions.Default);
    }
}
