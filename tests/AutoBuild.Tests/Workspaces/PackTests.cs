using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class PackTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Packing_drops_no_object_not_even_one_that_nothing_reaches()
    {
        using var bench = await Bench.CreateAsync();
        await JobTree.PrepareAsync(bench.Plan, Stop);
        // A job borrows this commit by its git dir alone: here no ref reaches it any more.
        var lent = await BareCloneTests.LandAsync(bench.Clone, bench.Start, "lent.txt");
        await Git.ExpectAsync(bench.Clone.Path, ["update-ref", "refs/heads/main", bench.Start], cancellation: Stop);
        await bench.JobGitAsync("checkout", "-q", "--detach", lent);
        bench.Write("work.txt", "on top");
        var objects = new List<string>();
        for (var n = 0; n < 150; n++)
        {
            objects.Add(await Git.TextAsync(bench.Clone.Path, ["hash-object", "-w", "--stdin"], new GitOptions { Input = BitConverter.GetBytes(n) }, Stop));
        }

        Assert.False(await bench.Clone.PackAsync(cancellation: Stop));
        Assert.True(await bench.Clone.PackAsync(loose: 100, Stop));

        Assert.Contains("count: 0", await Git.TextAsync(bench.Clone.Path, ["count-objects", "-v"], null, Stop), StringComparison.Ordinal);
        Assert.All(await Task.WhenAll(objects.Append(lent).Select(id => Git.RunAsync(bench.Clone.Path, ["cat-file", "-e", id], null, Stop))), found => Assert.True(found.Succeeded));
        await bench.JobGitAsync("add", "-A");
        await bench.JobGitAsync("commit", "-qm", "work");
        Assert.Equal("", await bench.JobGitAsync("fsck", "--full", "--no-dangling"));
        Assert.False(await bench.Clone.PackAsync(loose: 100, Stop));
    }
}
