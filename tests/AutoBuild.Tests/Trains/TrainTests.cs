using AutoBuild.Core.Landings;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator;

namespace AutoBuild.Tests.Trains;

public sealed class TrainTests
{
    private static readonly string[] Twelve = [.. Enumerable.Range(1, 12).Select(number => $"f{number:00}")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_lands_together_after_one_check_each_with_a_merge_of_its_own()
    {
        await using var bench = new TrainBench(_ => true);
        var queued = await bench.QueueAsync("a", "b", "c");
        await bench.RunAsync();

        var landed = await bench.NowAsync(queued);
        Assert.All(landed, landing => Assert.Equal(LandingState.Landed, landing.State));
        Assert.Equal(await bench.MergesAsync(), landed.Select(landing => landing.MergedCommit!));
        Assert.Equal([(3, 1), (3, 2), (3, 3)], landed.Select(landing => (landing.Batch!.Size, landing.Batch.Place)));
        Assert.Equal(["a", "b", "base", "c"], Assert.Single(bench.Checks).Order());
        Assert.All(landed, landing => Assert.Equal(landed[2].MergedCommit, landing.Qa!.Commit));
        await bench.HoldAsync(queued);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    public async Task Of_twelve_the_later_of_two_that_break_together_is_rejected_in_nine_checks_at_most(int most)
    {
        await using var bench = new TrainBench(files => !(files.Contains("f04") && files.Contains("f07")), new LandingOptions { MaxBatch = most, Reworks = 0 });
        var queued = await bench.QueueAsync(Twelve);
        await bench.RunAsync();

        var ended = await bench.NowAsync(queued);
        var red = Assert.Single(ended, landing => landing.State != LandingState.Landed);
        Assert.Equal((LandingState.Red, queued[6].Id), (red.State, red.Id));
        Assert.InRange(bench.Checks.Count, 1, 9);
        Assert.Equal(NeedsYouKind.Red, (await bench.ReadAsync(store => store.GetTicketAsync(red.TicketId, Cancel)))!.NeedsYou?.Kind);
        await bench.HoldAsync(queued);
    }

    [Fact]
    public async Task A_red_batch_makes_the_next_one_smaller_and_green_ones_make_it_grow()
    {
        await using var bench = new TrainBench(files => !files.Contains("bad"), new LandingOptions { MaxBatch = 4, Reworks = 0 });
        await bench.QueueAsync("bad", "a");
        await bench.RunAsync();
        Assert.Equal(2, (await bench.ReadAsync(store => store.GetTrainAsync(bench.Project, "main", Cancel))).BatchLimit);

        var queued = await bench.QueueAsync("b", "c", "d", "e", "f");
        await bench.RunAsync();
        var landed = await bench.NowAsync(queued);
        Assert.Equal([2, 2, 3, 3, 3], landed.Select(landing => landing.Batch!.Size));
    }

    [Fact]
    public async Task One_by_one_where_batches_are_of_one()
    {
        await using var bench = new TrainBench(files => !files.Contains("bad"), new LandingOptions { MaxBatch = 1, Reworks = 0 });
        var queued = await bench.QueueAsync("a", "bad", "b");
        await bench.RunAsync();

        Assert.Equal([LandingState.Landed, LandingState.Red, LandingState.Landed], (await bench.NowAsync(queued)).Select(landing => landing.State));

        // The first is what its own checks passed on; the red one is tried twice.
        Assert.Equal(3, bench.Checks.Count);
    }

    [Fact]
    public async Task A_check_that_fails_once_without_a_cause_rejects_nobody()
    {
        await using var bench = new TrainBench(_ => true) { Flaky = 1 };
        var queued = await bench.QueueAsync("a", "b", "c", "d");
        await bench.RunAsync();

        Assert.All(await bench.NowAsync(queued), landing => Assert.Equal(LandingState.Landed, landing.State));
        Assert.InRange(bench.Checks.Count, 2, 5);
        await bench.HoldAsync(queued);
    }

    [Fact]
    public async Task Who_conflicts_with_a_mate_waits_and_is_in_conflict_once_that_has_landed()
    {
        await using var bench = new TrainBench(_ => true);
        var queued = await bench.QueueAsync("base+a", "base+b", "c");
        await bench.RunAsync();

        var ended = await bench.NowAsync(queued);
        Assert.Equal([LandingState.Landed, LandingState.Conflict, LandingState.Landed], ended.Select(landing => landing.State));
        Assert.Equal((2, "base"), (ended[0].Batch!.Size, Assert.Single(ended[1].Conflicts).Path));
        Assert.Single(bench.Checks);
        await bench.HoldAsync(queued);
    }

    [Fact]
    public async Task Who_conflicts_with_a_mate_lands_where_that_is_rejected()
    {
        await using var bench = new TrainBench(files => !files.Contains("bad"));
        var queued = await bench.QueueAsync("base+bad", "base+b", "c");
        await bench.RunAsync();

        Assert.Equal([LandingState.Red, LandingState.Landed, LandingState.Landed], (await bench.NowAsync(queued)).Select(landing => landing.State));
        await bench.HoldAsync(queued);
    }

    [Fact]
    public async Task The_culprit_goes_back_to_its_agent_with_what_failed_and_its_branch_holds_the_merge()
    {
        await using var bench = new TrainBench(files => !(files.Contains("a") && files.Contains("b")), new LandingOptions());
        var queued = await bench.QueueAsync("a", "b", "c");
        await bench.RunAsync();

        var ended = await bench.NowAsync(queued);
        Assert.Equal([LandingState.Landed, LandingState.Cancelled, LandingState.Landed], ended.Select(landing => landing.State));
        var ticket = (await bench.ReadAsync(store => store.GetTicketAsync(ended[1].TicketId, Cancel)))!;
        Assert.Equal((TicketState.InProgress, null, "The train sent it back to its agent, 1 of 1."), (ticket.Status, ticket.NeedsYou, ticket.Note));
        var rework = (await bench.ReadAsync(store => store.GetJobAsync(ticket.JobId!.Value, Cancel)))!;
        Assert.Equal((ended[1].JobId, ended[1].Id, "train"), (rework.Continues, rework.ReworkOf, rework.CreatedBy));
        Assert.Contains("it breaks", rework.Message, StringComparison.Ordinal);
        Assert.Contains(ended[1].MergedCommit!, rework.Message, StringComparison.Ordinal);
        Assert.Equal(ended[1].MergedCommit, await bench.BranchAsync(rework.BranchName));
        await bench.HoldAsync([queued[0], queued[2]]);
    }

    [Fact]
    public async Task A_conflict_goes_back_where_that_is_wanted()
    {
        await using var bench = new TrainBench(_ => true, new LandingOptions { ReworkConflicts = true });
        var queued = await bench.QueueAsync("base+a", "base+b");
        await bench.RunAsync();

        var ended = await bench.NowAsync(queued);
        Assert.Equal([LandingState.Landed, LandingState.Cancelled], ended.Select(landing => landing.State));
        var rework = (await bench.ReadAsync(async store => await store.GetJobAsync((await store.GetTicketAsync(ended[1].TicketId, Cancel))!.JobId!.Value, Cancel)))!;
        Assert.Contains($"git merge {ended[0].MergedCommit}", rework.Message, StringComparison.Ordinal);
        Assert.Contains("- `base` (content)", rework.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task A_server_that_dies_anywhere_lands_nothing_unproven_and_loses_nothing(int seed, bool isRemote) => await DieAsync(seed, isRemote, deaths: 6);

    [Fact(Explicit = true)]
    public async Task A_server_that_dies_anywhere_lands_nothing_unproven_and_loses_nothing_in_the_long_run()
    {
        for (var seed = 100; seed < 130; seed++)
        {
            await DieAsync(seed, seed % 2 == 0, deaths: 25);
        }
    }

    private static async Task DieAsync(int seed, bool isRemote, int deaths)
    {
        var random = new Random(seed);
        await using var bench = new TrainBench(files => !(files.Contains("left") && files.Contains("right")) && !files.Contains("bad"), new LandingOptions { MaxBatch = 6 }) { IsRemote = isRemote };
        var queued = new List<Landing>(await bench.QueueAsync("a", "left", "b", "right", "bad", "base+c", "base+d"));
        for (var life = 1; life <= deaths; life++)
        {
            queued.AddRange(await bench.QueueAsync($"e{life}", $"f{life}"));
            var death = new Death(random.Next(1, 200), random.Next(2) == 0);
            await bench.RunAsync(death);
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, life {life} died {death.Where}; {bench.Checks.Count} checks so far");
            await bench.HoldAsync(queued);
        }

        await bench.RunAsync();
        await bench.HoldAsync(queued);
        var left = (await bench.NowAsync(queued)).Where(landing => landing.State != LandingState.Landed);
        Assert.Equal([("right", LandingState.Cancelled), ("bad", LandingState.Cancelled), ("base-d", LandingState.Conflict)], left.Select(landing => (landing.BranchName[(landing.BranchName.IndexOf('-', StringComparison.Ordinal) + 1)..], landing.State)));
    }
}
