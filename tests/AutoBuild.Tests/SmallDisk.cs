using AutoBuild.Workspaces;

namespace AutoBuild.Tests;

/// <summary>Puts a disk of a few megabytes below a folder, with what the folder holds; only as root on Linux.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private string Filler => Path.Combine(_folder, "filler");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<SmallDisk> MountAsync(string folder, int kilobytes)
    {
        Directory.CreateDirectory(folder);
        var copy = folder + ".before";
        await RunAsync("cp", "-a", folder, copy);
        var mounted = await ChildProcess.RunAsync(new ChildCommand("mount", ["-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", folder]), null, Cancel);
        Assert.SkipUnless(mounted.Succeeded, $"This machine lets nobody mount a small disk here: {mounted.Error}");
        await RunAsync("cp", "-a", copy + "/.", folder);
        Directory.Delete(copy, recursive: true);
        return new SmallDisk(folder);
    }

    /// <summary>Takes all space that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException fault) when (DiskSpace.IsExhausted(fault))
        {
            return;
        }
    }

    /// <summary>Gives the space back.</summary>
    public void Clear() => File.Delete(Filler);

    /// <summary>Lets nobody write here any more.</summary>
    public Task MakeReadOnlyAsync() => RunAsync("mount", "-o", "remount,ro", _folder);

    public async ValueTask DisposeAsync() => await ChildProcess.RunAsync(new ChildCommand("umount", ["-l", _folder]));

    private static async Task RunAsync(string command, params string[] arguments)
    {
        var result = await ChildProcess.RunAsync(new ChildCommand(command, arguments), null, Cancel);
        Assert.True(result.Succeeded, result.Error);
    }
}
