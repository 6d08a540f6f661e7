using System.Text;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Losses;

/// <summary>Is what AutoBuild does with trees, branches and the tip; any of it may be cut off anywhere.</summary>
internal sealed class Steps(World world, Random random)
{
    private static readonly string[] Tickets = ["t1", "t2", "t3"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Whether this one may write the user's checkout.</summary>
    public static bool IsSync(string step) => step.StartsWith("sync", StringComparison.Ordinal);

    public (string Name, Func<Task> Run) Next()
    {
        var ticket = Tickets[random.Next(Tickets.Length)];
        var isHeld = world.Held.ContainsKey(ticket);
        return random.Next(12) switch
        {
            0 or 1 or 2 when !isHeld => ($"lease {ticket}", () => LeaseAsync(ticket)),
            0 or 1 when isHeld => ($"commit {ticket}", () => CommitAsync(ticket)),
            2 or 3 when isHeld => ($"return {ticket}", () => ReturnAsync(ticket)),
            4 => ("sweep", () => world.Pool.SweepAsync(lease => world.Held.Values.Any(held => held.Lease.Directory == lease.Directory), Stop)),
            5 or 6 => ($"land {ticket}", () => LandAsync(ticket)),
            7 => ("sync", () => UserCheckout.SyncAsync(world.User, world.Clone, "main", Stop)),
            8 => ("fetch", FetchAsync),
            9 => ($"drop the branch of {ticket}", () => DropBranchAsync(ticket)),
            10 => ("warm", WarmAsync),
            11 when random.Next(3) == 0 => ("restart", RestartAsync),
            _ => ("look", () => Rescue.ListAsync(world.Clone, Stop)),
        };
    }

    /// <summary>What a server does when it starts.</summary>
    public async Task RestartAsync()
    {
        await world.StartAsync();
        await world.Pool.SweepAsync(_ => false, Stop);
    }

    private static string Branch(string ticket) => $"autobuild/{ticket}";

    private async Task LeaseAsync(string ticket)
    {
        var tip = (await world.Clone.ResolveAsync("refs/heads/main", Stop))!;
        var start = await world.Clone.ResolveAsync($"refs/heads/{Branch(ticket)}", Stop) ?? tip;
        var lease = await world.Pool.LeaseAsync("p", ticket, world.Clone, start, Stop);
        var plan = new TreePlan
        {
            Repository = world.ClonePath,
            Path = lease.Tree,
            GitDir = lease.GitDir,
            Branch = Branch(ticket),
            StartCommit = start,
            BaseCommit = tip,
            RescueName = $"{ticket}-left",
            CopyFrom = world.User,
            Copy = [".env"],
        };
        await JobTree.PrepareAsync(plan, Stop);
        world.Held[ticket] = (lease, plan);
    }

    private async Task CommitAsync(string ticket)
    {
        var plan = world.Held[ticket].Plan;
        await JobTree.CommitAllAsync(plan, $"work of {ticket}", cancellation: Stop);
        await world.Clone.ImportAsync(plan.GitDir, plan.Branch, Stop);
    }

    private async Task ReturnAsync(string ticket)
    {
        var (lease, _) = world.Held[ticket];
        world.Held.Remove(ticket);
        await world.Pool.ReturnAsync(lease, $"{ticket}-end", null, Stop);
    }

    // As a landing does it: take origin in, merge, move the tip from where it was, push.
    private async Task LandAsync(string ticket)
    {
        await FetchAsync();
        var tip = await world.Clone.TakeOriginInAsync("main", Stop);
        if (await world.Clone.ResolveAsync($"refs/heads/{Branch(ticket)}", Stop) is not { } work)
        {
            return;
        }

        var onto = tip is { Diverged: true, Origin: { } origin } ? await MergeAsync(tip.Tip, origin) : tip.Tip;
        var merged = await MergeAsync(onto, work);
        if (world.IsRemote && await world.Clone.PushAsync("main", merged, tip.Origin, Stop) is PushOutcome.Refused)
        {
            return;
        }

        if (await world.Clone.MoveTipAsync("main", tip.Tip, merged, Stop))
        {
            world.Landed.Add(merged);
        }
    }

    // Both sides of a conflict are kept, one below the other.
    private async Task<string> MergeAsync(string ours, string theirs) => await world.Clone.MergeAsync(ours, theirs, "merge", Stop) switch
    {
        MergeOutcome.Merged merged => merged.Commit,
        MergeOutcome.Conflicted conflict => (await world.Clone.ResolveMergeAsync(conflict, await BothAsync(conflict), "resolved", Stop)).Commit,
        _ => ours,
    };

    private async Task<Dictionary<string, ResolvedFile>> BothAsync(MergeOutcome.Conflicted conflict)
    {
        var files = new Dictionary<string, ResolvedFile>();
        foreach (var file in conflict.Files)
        {
            files[file.Path] = new ResolvedFile(await world.Clone.WriteBlobAsync(Encoding.UTF8.GetBytes(file.Ours?.Text + file.Theirs?.Text), Stop));
        }

        return files;
    }

    private async Task FetchAsync()
    {
        await world.Clone.FetchAsync(TimeSpan.Zero, Stop);
        await world.Clone.TakeOriginInAsync("main", Stop);
    }

    private async Task DropBranchAsync(string ticket)
    {
        if (await world.Clone.ResolveAsync($"refs/heads/{Branch(ticket)}", Stop) is { } commit)
        {
            try
            {
                await world.Clone.DeleteBranchAsync(Branch(ticket), commit, Stop);
            }
            catch (WorkspaceException refused) when (refused.Code == "branch_unsaved")
            {
                // As it should be.
                return;
            }
        }
    }

    private async Task WarmAsync() => await world.Pool.WarmAsync("p", world.Clone, (await world.Clone.ResolveAsync("refs/heads/main", Stop))!, 1, Stop);
}
