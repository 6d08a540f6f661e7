using System.Security.Cryptography;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class FullDiskRescueTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_of_worktrees_keeps_nothing_from_being_saved()
    {
        using var bench = await Bench.CreateAsync();
        await using var disk = await SmallDisk.MountAsync(bench.Folder["worktrees"], 8_000);
        var pool = new TreePool(bench.Folder["worktrees"]);
        var lease = await pool.LeaseAsync("p", "t1", bench.Clone, bench.Start, Stop);
        await JobTree.PrepareAsync(bench.Plan, Stop);
        bench.Write("precious.txt", "x");
        disk.Fill();

        var saved = await pool.ReturnAsync(lease, "job1-1", null, Stop);

        Assert.Equal("x"u8.ToArray(), await bench.Clone.ReadFileAsync(saved!.Commit, "precious.txt", Stop));
    }

    [Fact]
    public async Task A_tree_that_can_not_be_saved_stays_until_there_is_space()
    {
        using var bench = await Bench.CreateAsync();
        await using var disk = await SmallDisk.MountAsync(bench.Folder["repositories"], 8_000);
        var pool = new TreePool(bench.Folder["worktrees"]);
        var lease = await pool.LeaseAsync("p", "t1", bench.Clone, bench.Start, Stop);
        await JobTree.PrepareAsync(bench.Plan, Stop);
        var precious = RandomNumberGenerator.GetBytes(1_000_000);
        await File.WriteAllBytesAsync(bench["precious.bin"], precious, Stop);
        disk.Fill();

        var fault = await Assert.ThrowsAsync<WorkspaceException>(() => pool.ReturnAsync(lease, "job1-1", null, Stop));
        Assert.Equal("disk_full", fault.Code);
        Assert.Equal(precious, await File.ReadAllBytesAsync(bench["precious.bin"], Stop));

        disk.Clear();
        Assert.Contains("rescue", Assert.Single(await pool.SweepAsync(_ => false, Stop)), StringComparison.Ordinal);
        var saved = Assert.Single(await Rescue.ListAsync(bench.Clone, Stop));
        Assert.Equal(precious, await bench.Clone.ReadFileAsync(saved.Commit, "precious.bin", Stop));
    }
}
