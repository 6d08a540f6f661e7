using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class TreeFilesTests
{
    [Fact]
    public void Bytes_count_files_and_no_links()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["a/.hidden"]);
        File.WriteAllText(folder["a/.hidden/ten"], "0123456789");
        File.WriteAllText(folder["five"], "01234");
        File.CreateSymbolicLink(folder["link"], folder["five"]);
        Directory.CreateSymbolicLink(folder["a/round"], folder.Path);

        Assert.Equal(15, TreeFiles.Bytes(folder.Path));
        Assert.Equal(0, TreeFiles.Bytes(folder["nowhere"]));
    }

    [Fact]
    public async Task Bytes_can_be_counted_while_everything_vanishes()
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var busy = Task.Run(() =>
        {
            begun.SetResult();
            while (!stop.IsCancellationRequested)
            {
                for (var n = 0; n < 20; n++)
                {
                    Directory.CreateDirectory(folder[$"x/{n}/y"]);
                    File.WriteAllText(folder[$"x/{n}/y/z"], "z");
                }

                Directory.Delete(folder["x"], recursive: true);
            }
        }, CancellationToken.None);
        await begun.Task;

        for (var round = 0; round < 300; round++)
        {
            Assert.InRange(TreeFiles.Bytes(folder.Path), 0, 20);
        }

        await stop.CancelAsync();
        await busy;
    }
}
