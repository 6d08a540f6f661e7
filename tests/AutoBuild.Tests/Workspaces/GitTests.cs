using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class GitTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_git_that_hangs_is_ended_with_all_it_started()
    {
        using var folder = new TempFolder();
        var hostile = new Hostile();
        var remote = folder["remote.sh"];
        await File.WriteAllTextAsync(remote, $"#!/bin/sh\n{hostile.Marked} trap '' INT TERM\nwhile :; do sleep 1; done\n", Stop);
        File.SetUnixFileMode(remote, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await Git.ExpectAsync(folder.Path, ["init", "-q"], cancellation: Stop);

        var fault = await Assert.ThrowsAsync<WorkspaceException>(() => Git.RunAsync(folder.Path, ["fetch", "--upload-pack", remote, folder.Path],
            new GitOptions { Timeout = TimeSpan.FromSeconds(1) }, Stop));

        Assert.Equal("git_timeout", fault.Code);
        Assert.Empty(hostile.Alive);
    }
}
