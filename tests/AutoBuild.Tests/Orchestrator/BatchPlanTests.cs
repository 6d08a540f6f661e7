using AutoBuild.Orchestrator.Landings;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Lets the plan work through whole queues, with every pattern of members that break something; no git, no checks.</summary>
public sealed class BatchPlanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Whoever_breaks_alone_is_rejected_and_nobody_else(int most)
    {
        for (var count = 1; count <= 6; count++)
        {
            for (var bad = 0; bad < 1 << count; bad++)
            {
                var queue = new Queue(count, most, members => members.All(member => (bad >> member & 1) == 0)).Run();

                Assert.Equal(Enumerable.Range(0, count).Where(member => (bad >> member & 1) == 1), queue.Rejected);
                Assert.Equal(Enumerable.Range(0, count).Where(member => (bad >> member & 1) == 0), queue.Landed);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void Of_two_that_break_only_together_the_later_is_rejected_beside_whoever_breaks_alone(int most)
    {
        for (var bad = 0; bad < 1 << 6; bad++)
        {
            foreach (var (one, other) in Pairs(6))
            {
                var queue = new Queue(6, most, members => members.All(member => (bad >> member & 1) == 0) && !(members.Contains(one) && members.Contains(other))).Run();

                // Where one of the two breaks alone, the other has nobody left to break with.
                int[] rejected = [.. Enumerable.Range(0, 6).Where(member => (bad >> member & 1) == 1), .. (bad >> one & 1) + (bad >> other & 1) == 0 ? (int[])[other] : []];
                Assert.Equal(rejected.Order(), queue.Rejected.Order());
                Assert.Equal(6 - rejected.Length, queue.Landed.Count);
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    public void Twelve_with_two_that_break_together_take_nine_checks_at_most(int most)
    {
        var runs = Pairs(12).Select(pair =>
        {
            var queue = new Queue(12, most, members => !(members.Contains(pair.One) && members.Contains(pair.Other))).Run();
            Assert.Equal([pair.Other], queue.Rejected);
            Assert.Equal(11, queue.Landed.Count);
            return queue.Checks;
        }).ToList();

        Assert.InRange(runs.Max(), 5, 9);
        TestContext.Current.TestOutputHelper?.WriteLine($"up to {most} together: {runs.Min()} to {runs.Max()} checks, {runs.Average():0.0} in the mean of {runs.Count} pairs");
    }

    [Fact]
    public void A_check_that_fails_once_without_a_cause_blames_nobody()
    {
        for (var flaky = 1; flaky <= 12; flaky++)
        {
            var queue = new Queue(8, 8, _ => true) { Flaky = flaky }.Run();

            Assert.Empty(queue.Rejected);
            Assert.Equal(Enumerable.Range(0, 8), queue.Landed);
        }
    }

    [Fact]
    public void A_check_that_fails_once_without_a_cause_hides_nobody()
    {
        for (var flaky = 1; flaky <= 12; flaky++)
        {
            for (var bad = 0; bad < 8; bad++)
            {
                // A second try that fails by chance too is no second try: the one that breaks is blamed at its own.
                var queue = new Queue(8, 8, members => !members.Contains(bad)) { Flaky = flaky }.Run();

                Assert.Contains(bad, queue.Rejected);
                Assert.DoesNotContain(bad, queue.Landed);
                Assert.Equal(8, queue.Rejected.Count + queue.Landed.Count);
            }
        }
    }

    [Fact]
    public void What_a_later_member_mends_is_no_fault()
    {
        foreach (var (one, other) in Pairs(6))
        {
            var queue = new Queue(6, 6, members => !members.Contains(one) || members.Contains(other)).Run();

            Assert.Empty(queue.Rejected);
            Assert.Equal(1, queue.Checks);
        }
    }

    [Fact]
    public void Without_those_who_left_it_goes_on_with_what_is_known()
    {
        var plan = new BatchPlan(8).After(8, false).After(4, true).After(6, false);

        Assert.Equal(new BatchPlan(5, 4), plan.Cut(5));
        Assert.Equal(new BatchPlan(7, 4, 6), plan.Cut(7));
        Assert.Equal(new BatchMove.Settle(3, null), plan.Cut(3).Next);
        Assert.Equal(new BatchMove.Settle(0, null), plan.Cut(0).Next);
    }

    [Fact]
    public void A_limit_grows_by_full_batches_and_shrinks_by_red_ones()
    {
        Assert.Equal([8, 1, 5, 8], new int?[] { null, 0, 5, 99 }.Select(learnt => BatchLimit.Of(learnt, 8)));
        Assert.Equal([4, 8, 8], [BatchLimit.Grown(2, 2, 8), BatchLimit.Grown(5, 5, 8), BatchLimit.Grown(8, 8, 8)]);
        Assert.Equal(4, BatchLimit.Grown(4, 3, 8));
        Assert.Equal([4, 1, 1], [BatchLimit.Shrunk(8), BatchLimit.Shrunk(3), BatchLimit.Shrunk(1)]);
    }

    private static IEnumerable<(int One, int Other)> Pairs(int count) =>
        from other in Enumerable.Range(0, count) from one in Enumerable.Range(0, other) select (one, other);

    /// <summary>Is a train whose checks are a function of who is on the target and in the batch.</summary>
    private sealed class Queue(int count, int most, Func<HashSet<int>, bool> passes)
    {
        private readonly List<int> _waiting = [.. Enumerable.Range(0, count)];
        private readonly int _most = most;
        private int? _learnt;

        /// <summary>Which check fails without a cause, counted from 1.</summary>
        public int Flaky { get; init; }

        public List<int> Landed { get; } = [];

        public List<int> Rejected { get; } = [];

        public int Checks { get; private set; }

        public Queue Run()
        {
            while (_waiting.Count > 0)
            {
                Assert.True(Checks < 200, "It does not come to an end.");
                Batch(BatchLimit.Of(_learnt, _most));
            }

            return this;
        }

        private void Batch(int limit)
        {
            int[] members = [.. _waiting.Take(limit)];
            var plan = new BatchPlan(members.Length);
            while (plan.Next is BatchMove.Check(var place))
            {
                Checks++;
                plan = plan.After(place, Checks != Flaky && passes([.. Landed, .. members[..place]]));
            }

            var (land, culprit) = (BatchMove.Settle)plan.Next;
            Assert.True(land > 0 || culprit is not null, "A batch without an outcome would be tried for ever.");
            Landed.AddRange(members[..land]);
            _waiting.RemoveRange(0, land);
            if (culprit is { } place1)
            {
                Assert.Equal(land + 1, place1);
                Rejected.Add(members[place1 - 1]);
                _waiting.RemoveAt(0);
            }

            _learnt = culprit is null ? BatchLimit.Grown(limit, members.Length, _most) : BatchLimit.Shrunk(limit);
        }
    }
}
