using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using Xunit.Sdk;

namespace AutoBuild.Tests.Storage;

public abstract partial class StoreConformance
{
    private const int Steps = 200;
    private readonly HashSet<(Guid Project, string Target)> _pausedTrains = [];
    private QueueModel _model = null!;
    private bool _jumped;

    /// <summary>Does whatever may happen, legal or not, to the store and to the model, which have to agree after each step.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public Task The_store_does_what_the_model_does(int seed) => CompareAsync(seed, Steps);

    [Fact(Explicit = true)]
    public async Task The_store_does_what_the_model_does_in_the_long_run()
    {
        var first = Environment.TickCount;
        for (var seed = first; seed < first + 40; seed++)
        {
            await CompareAsync(seed, 400);
            await DisposeAsync();
            await InitializeAsync();
        }
    }

    /// <summary>Makes one of the next statements or commits fail; false where this store can't.</summary>
    protected virtual bool FailSoon(Random random) => false;

    /// <summary>Takes back what <see cref="FailSoon"/> has set up.</summary>
    protected virtual void FailNoMore()
    {
    }

#pragma warning disable CA5394 // Repeatable on purpose.
    private async Task CompareAsync(int seed, int steps)
    {
        var random = new Random(seed);
        var (tried, failed) = (0, 0);
        _jumped = false;
        _model = new QueueModel(Queue, Clock);
        _pausedTrains.Clear();
        foreach (var (name, cap, policy) in new[] { ("a", 1, LandingPolicy.Auto), ("b", 2, LandingPolicy.Manual), ("c", 3, LandingPolicy.Auto) })
        {
            _model.Projects[(await ProjectAsync(cap, policy, name)).Id] = new ModelProject { Cap = cap, Policy = policy };
        }

        for (var step = 0; step < steps; step++)
        {
            var kind = random.Next(22);
            try
            {
                tried += random.Next(8) == 0 && FailSoon(random) ? 1 : 0;
                failed += await WentAsync(kind, random) ? 0 : 1;
                await AgreeAsync();
            }
            catch (Exception fault)
            {
                throw new XunitException($"seed {seed}, step {step}, kind {kind}", fault);
            }
        }

        Assert.True(failed > 0 || tried == 0, "nothing failed that was made to");
        foreach (var job in _model.Jobs)
        {
            Assert.Equal(job.Attempts, (await JobAsync(job.Id)).Attempts.Select(attempt => attempt.Outcome));
        }
    }

    private async Task<bool> WentAsync(int kind, Random random)
    {
        try
        {
            await StepAsync(kind, random);
            return true;
        }
        catch (AutoBuildException fault) when (fault.Code is "store_failed" or "disk_full")
        {
            // What failed has left nothing behind: the model did not take the step either.
            return false;
        }
        finally
        {
            FailNoMore();
        }
    }

    private Task StepAsync(int kind, Random random) => kind switch
    {
        < 5 => SubmitStepAsync(random),
        < 8 => ClaimStepAsync(random),
        < 13 => TellStepAsync(random),
        < 15 => RenewStepAsync(random),
        15 => LinkStepAsync(random),
        16 => MoveStepAsync(random),
        < 19 => LandStepAsync(random),
        19 => SwitchStepAsync(random),
        20 => TimeStepAsync(random),
        _ => random.Next(4) > 0 || _jumped ? TimeStepAsync(random) : ReopenAsync(),
    };

    private async Task SubmitStepAsync(Random random)
    {
        var project = _model.Projects.Keys.ElementAt(random.Next(_model.Projects.Count));
        var known = _model.Tickets.Keys.ToList();
        var ticket = known.Count > 0 && random.Next(2) == 0 ? known[random.Next(known.Count)] : Guid.CreateVersion7(Clock.GetUtcNow());
        // A known ticket has a priority of its own; one is named so that the model need not keep it.
        var wanted = new NewJob
        {
            ProjectId = _model.Tickets.TryGetValue(ticket, out var old) && random.Next(10) > 0 ? old.Project : project,
            TicketId = ticket,
            Prompt = "work",
            Priority = (Priority)random.Next(4),
            RunAt = random.Next(6) == 0 ? Clock.GetUtcNow() + TimeSpan.FromMinutes(1) : null,
        };
        var key = random.Next(3) == 0 ? new IdempotencyKey("sam", "POST /jobs", $"{ticket}-{_model.Jobs.Count}", "hash") : null;
        var made = await Store.SubmitJobAsync(wanted, key, Cancel);
        Assert.Equal(_model.MaySubmit(wanted.ProjectId, ticket), made.Done);
        if (made.Done)
        {
            _model.Submitted(made.Value.Value.Id, wanted.ProjectId, ticket, wanted.Priority, wanted.RunAt);
            if (key is not null)
            {
                FailNoMore();
                var again = (await Store.SubmitJobAsync(wanted, key, Cancel)).OrThrow();
                Assert.Equal((made.Value.Value.Id, true), (again.Value.Id, again.Replayed));
                AssertRefused("idempotency_key_reused", await Store.SubmitJobAsync(wanted, key with { RequestHash = "other" }, Cancel));
            }
        }
    }

    private async Task ClaimStepAsync(Random random)
    {
        var slots = random.Next(1, 4);
        var claimed = await Store.ClaimAsync("worker", slots, Cancel);
        foreach (var job in claimed)
        {
            Assert.True(_model.CanClaim(), "a claim beyond a cap, or while paused");
            Assert.Null(_model.Claimed(job.Id, job.Fence));
        }

        Assert.True(claimed.Count == slots || !_model.CanClaim(), "less was claimed than could be");
    }

    private async Task TellStepAsync(Random random)
    {
        var held = _model.Jobs.Where(job => job.HoldsSlot).ToList();
        var some = held.Count > 0 && random.Next(4) > 0 ? held : _model.Jobs;
        if (some.Count == 0)
        {
            return;
        }

        var job = some[random.Next(some.Count)];
        var seen = await JobAsync(job.Id);
        JobInput input = random.Next(9) switch
        {
            0 => new JobInput.Lost("gone", random.Next(2) == 0),
            1 => new JobInput.CancelAsked("asked"),
            2 => new JobInput.AgentGone(),
            3 when job.State != JobState.Running => new JobInput.LaunchFailed("agent_missing", "not there"),
            4 => new JobInput.Overdue(),
            _ => new JobInput.Reported(Report(seen, (RunOutcome)random.Next(8), (QaVerdict)random.Next(3))),
        };
        var fence = input is JobInput.CancelAsked ? null : random.Next(8) == 0 ? seen.Fence - 1 : (long?)seen.Fence;
        await TellAsync(job.Id, fence, input);
        if (random.Next(6) == 0)
        {
            FailNoMore();
            await TellAsync(job.Id, fence, input);
        }
    }

    private async Task TellAsync(Guid id, long? fence, JobInput input)
    {
        var told = await Store.ApplyAsync(id, fence, input, Cancel);
        Assert.True(_model.Apply(id, fence, input, told.Value?.RetryAt) == told.Done, $"{input}: {told.Refusal?.Code}");
    }

    private async Task RenewStepAsync(Random random)
    {
        var some = _model.Jobs.Where(_ => random.Next(2) == 0).Select(job => (job.Id, Fence: job.Fence - (random.Next(8) == 0 ? 1 : 0))).ToList();
        var still = await Store.RenewAsync(some, Cancel);
        var expected = some.Where(held => _model.Apply(held.Id, held.Fence, new JobInput.Heartbeat(Queue.Lease), null)).Select(held => held.Id).ToList();
        Assert.Equal(expected, still.Select(job => job.Id));
    }

    private async Task LinkStepAsync(Random random)
    {
        var known = _model.Tickets.Keys.ToList();
        if (known.Count < 2)
        {
            return;
        }

        var one = known[random.Next(known.Count)];
        var own = known.Where(other => _model.Tickets[other].Project == _model.Tickets[one].Project).ToList();
        var other = random.Next(8) == 0 ? known[random.Next(known.Count)] : own[random.Next(own.Count)];
        if (random.Next(4) > 0)
        {
            var linked = await Store.AddDependencyAsync(one, other, Cancel);
            Assert.Equal(_model.Link(one, other), linked.Done);
            return;
        }

        var on = _model.Tickets[one].DependsOn.FirstOrDefault(other);
        var unlinked = await Store.RemoveDependencyAsync(one, on, Cancel);
        Assert.Equal(_model.Unlink(one, on), unlinked.Done);
    }

    private async Task MoveStepAsync(Random random)
    {
        if (_model.Tickets.Count == 0)
        {
            return;
        }

        var id = _model.Tickets.Keys.ElementAt(random.Next(_model.Tickets.Count));
        if (random.Next(6) == 0)
        {
            var dropped = await Store.DeleteTicketAsync(id, Cancel);
            Assert.Equal(_model.Drop(id), dropped.Done);
            return;
        }

        var by = ((TicketTrigger[])[TicketTrigger.Shelve, TicketTrigger.Ready, TicketTrigger.Close])[random.Next(3)];
        var moved = await Store.MoveTicketAsync(id, by, Cancel);
        Assert.Equal(_model.Move(id, by), moved.Done);
    }

    private async Task LandStepAsync(Random random)
    {
        var ended = _model.Jobs.Where(job => job.State == JobState.Completed).ToList();
        if (ended.Count > 0 && random.Next(2) == 0)
        {
            var job = ended[random.Next(ended.Count)];
            var target = random.Next(4) == 0 ? "release" : "main";
            var approved = await Store.QueueLandingAsync(job.Id, "sam", target, Cancel);
            Assert.Equal(_model.Approve(job.Id, target), approved.Done);
        }

        var heads = await Store.ListTrainHeadsAsync(Cancel);
        Assert.Equal(_model.Heads(_pausedTrains).Select(head => (head.Job.Id, head.State)).Order(), heads.Select(head => (head.JobId, head.State)).Order());
        var resting = _model.Landings.Where(landing => landing.Rests).ToList();
        foreach (var (landing, stands) in _model.Heads(_pausedTrains).Concat(resting).Select(landing => (landing, landing.State)).ToList())
        {
            var row = (await Store.ListLandingsAsync(new LandingFilter(JobId: landing.Job.Id, State: stands), new PageRequest(), Cancel)).Items[0];
            var input = Happens(random, stands);
            if (random.Next(4) == 0)
            {
                await SendBackAsync(landing, row, input);
                continue;
            }

            var applied = await Store.ApplyLandingAsync(row.Id, input, Cancel);
            Assert.True(_model.Land(landing, input.Trigger) == applied.Done, $"{stands}, {input}: {applied.Refusal?.Code}");
        }
    }

    private async Task SendBackAsync(ModelLanding landing, Landing row, LandingInput input)
    {
        var (stands, job) = (landing.State, landing.Job);
        var sent = await Store.SendBackAsync(row.Id, input, Rework(row) with { Priority = job.Priority }, "Sent back.", Cancel);
        Assert.True(_model.Land(landing, input.Trigger) == sent.Done, $"{stands}, {input}, sent back: {sent.Refusal?.Code}");
        Assert.Equal(sent.Done && _model.MaySubmit(job.Project, job.Ticket), sent.Value.Rework is not null);
        if (sent.Value.Rework is { } rework)
        {
            _model.Submitted(rework.Id, job.Project, job.Ticket, job.Priority, null, landing);
        }
    }

    private static LandingInput Happens(Random random, LandingState state) => random.Next(11) switch
    {
        0 => new LandingInput.Conflicted([new LandingConflict("a", "content", null, null, null)]),
        1 => new LandingInput.Failed(null, "red"),
        2 => new LandingInput.StartOver("tip moved"),
        3 => new LandingInput.Ejected("no"),
        4 => new LandingInput.Cancelled("no"),
        5 => new LandingInput.Requeued(),
        6 => new LandingInput.Answered([]),
        7 => new LandingInput.AlreadyContained(),
        _ => state switch
        {
            LandingState.Queued => new LandingInput.Taken("tip"),
            LandingState.Merging => new LandingInput.Merged("merged"),
            LandingState.Testing => new LandingInput.Passed(Qa(QaVerdict.Passed)),
            LandingState.Moving or LandingState.Landed or LandingState.Conflict or LandingState.Red or LandingState.Ejected or LandingState.Cancelled => new LandingInput.Moved(),
        },
    };

    private async Task SwitchStepAsync(Random random)
    {
        var (id, project) = _model.Projects.ElementAt(random.Next(_model.Projects.Count));
        switch (random.Next(3))
        {
            case 0:
                var paused = random.Next(3) == 0;
                await Store.SetQueuePausedAsync(paused, Cancel);
                _model.Paused = paused;
                break;
            case 1:
                var cap = random.Next(1, 4);
                (await Store.UpdateProjectAsync(id, new ProjectPatch { MaxParallelAgents = cap }, Cancel)).OrThrow();
                project.Cap = cap;
                break;
            default:
                var stands = random.Next(2) == 0;
                await Store.SetTrainPausedAsync(id, "main", stands, Cancel);
                _ = stands ? _pausedTrains.Add((id, "main")) : _pausedTrains.Remove((id, "main"));
                break;
        }
    }

    private async Task TimeStepAsync(Random random)
    {
        // Looked at often, as the sweep does, so that only the jump below is one.
        await SweepAsync();
        Clock.Advance(TimeSpan.FromSeconds(random.Next(200)));
        if (random.Next(5) == 0)
        {
            Clock.JumpWall(TimeSpan.FromHours(random.Next(2) == 0 ? 1 : -1));
            _jumped = true;
        }

        foreach (var job in (await SweepAsync()).Take(random.Next(4)))
        {
            await TellAsync(job.Id, job.Fence, new JobInput.LeaseExpired());
        }

        var promoted = await Store.PromoteDueAsync(Cancel);
        Assert.Equal(_model.PromoteDue(), promoted);
    }

    private async Task<IReadOnlyList<Job>> SweepAsync()
    {
        var expired = await Store.ListExpiredAsync(Cancel);
        if (_jumped)
        {
            _jumped = false;
            _model.Grace();
        }

        Assert.Equal(_model.Expired().Order(), expired.Select(job => job.Id).Order());
        return expired;
    }
#pragma warning restore CA5394

    private async Task AgreeAsync()
    {
        var broken = await Store.CheckInvariantsAsync(Cancel);
        Assert.True(broken.Count == 0, string.Join("; ", broken));
        var jobs = (await Store.ListJobsAsync(new JobFilter(), new PageRequest(500), Cancel)).Items.Reverse().ToList();
        Assert.True(_model.Jobs.Select(Line).SequenceEqual(jobs.Select(Line)), Difference(_model.Jobs.Select(Line), jobs.Select(Line)));
        var tickets = (await Store.ListTicketsAsync(new TicketFilter(), new PageRequest(500), Cancel)).Items;
        var expected = _model.Tickets.Where(pair => !pair.Value.Dropped).Select(pair => Line(pair.Key, pair.Value)).Order().ToList();
        Assert.True(expected.SequenceEqual(tickets.Select(Line).Order()), Difference(expected, tickets.Select(Line).Order()));
        var open = (await Store.ListLandingsAsync(new LandingFilter(), new PageRequest(500), Cancel)).Items.Where(landing => landing.State != LandingState.Cancelled).OrderBy(landing => landing.Position);
        Assert.Equal(_model.Landings.Where(landing => landing.State != LandingState.Cancelled).Select(landing => (landing.Job.Id, landing.Target, landing.State)), open.Select(landing => (landing.JobId, landing.TargetBranch, landing.State)));
    }

    private static string Difference(IEnumerable<string> model, IEnumerable<string> store) =>
        string.Join('\n', model.Except(store).Select(line => "model " + line).Concat(store.Except(model).Select(line => "store " + line)));

    private static string Line(ModelJob job) => $"{job.Id} {job.State} {job.Attempts.Count} {job.Charged} {job.LaunchFailures} {job.Fence} {job.QueuedAt:O} {job.RetryAt:O} {job.LeaseEnds:O} {job.Cause} {job.Code} {job.Late} {job.Cost} {job.Outcome}";

    private static string Line(Job job) => $"{job.Id} {job.State} {job.Attempt} {job.Charged} {job.LaunchFailures} {job.Fence} {job.QueuedAt:O} {job.RetryAt:O} {job.LeaseExpiresAt:O} {job.CancelCause} {job.ErrorCode} {job.LateSuccess} {job.Usage.CostUsd ?? 0} {job.Outcome}";

    private string Line(Guid id, ModelTicket ticket) => $"{id} {ticket.Status} {ticket.Job?.Id} {_model.Needs(id)} {string.Join(',', ticket.DependsOn.Order())} {string.Join(',', ticket.DependsOn.Where(on => !_model.Tickets[on].Landed).Order())}";

    private static string Line(Ticket ticket) => $"{ticket.Id} {ticket.Status} {ticket.JobId} {ticket.NeedsYou?.Kind} {string.Join(',', ticket.DependsOn.Order())} {string.Join(',', ticket.BlockedBy.Order())}";
}
