using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Storage;

/// <summary>Writes down what becomes of tickets and landings.</summary>
internal sealed partial class QueueModel
{
    private static readonly (LandingState From, LandingTrigger By, LandingState To)[] Ways =
    [
        (LandingState.Queued, LandingTrigger.Take, LandingState.Merging),
        (LandingState.Merging, LandingTrigger.Merged, LandingState.Testing),
        (LandingState.Testing, LandingTrigger.Passed, LandingState.Moving),
        (LandingState.Moving, LandingTrigger.Moved, LandingState.Landed),
        (LandingState.Merging, LandingTrigger.AlreadyContained, LandingState.Landed),
        (LandingState.Merging, LandingTrigger.Conflicted, LandingState.Conflict),
        (LandingState.Testing, LandingTrigger.Failed, LandingState.Red),
        (LandingState.Testing, LandingTrigger.Conflicted, LandingState.Conflict),
        (LandingState.Conflict, LandingTrigger.Answer, LandingState.Conflict),
    ];

    /// <summary>Tells what a person has to do; a blocked job calls for help once it waits in vain.</summary>
    public NeedsYouKind? Needs(Guid id) => Unfinished(id) is { State: JobState.Blocked }
        ? Tickets[id].DependsOn.Any(WaitsInVain) ? NeedsYouKind.Dependency : null
        : Tickets[id].Needs;

    public bool Link(Guid id, Guid on)
    {
        if (Tickets[id].Dropped || Tickets[on].Dropped || Tickets[id].Project != Tickets[on].Project
            || Unfinished(id) is { HoldsSlot: true } || Reaches(on, id))
        {
            return false;
        }

        Tickets[id].DependsOn.Add(on);
        if (Unfinished(id) is { State: JobState.Queued } job && Unmet(id))
        {
            job.State = JobState.Blocked;
        }

        return true;
    }

    public bool Unlink(Guid id, Guid on)
    {
        if (Tickets[id].Dropped)
        {
            return false;
        }

        Tickets[id].DependsOn.Remove(on);
        Free(id);
        return true;
    }

    public bool Drop(Guid id)
    {
        var ticket = Tickets[id];
        if (ticket.Dropped || IsBusy(id))
        {
            return false;
        }

        Rest(id);
        ticket.DependsOn.Clear();
        return ticket.Dropped = true;
    }

    public bool Move(Guid id, TicketTrigger by)
    {
        var ticket = Tickets[id];
        TicketState? to = (ticket.Status, by) switch
        {
            (TicketState.Ready, TicketTrigger.Shelve) => TicketState.Backlog,
            (TicketState.Backlog, TicketTrigger.Ready) => TicketState.Ready,
            (TicketState.InReview, TicketTrigger.Close) => TicketState.Completed,
            _ => null,
        };
        if (to is null || ticket.Dropped || IsBusy(id))
        {
            return false;
        }

        (ticket.Status, ticket.Needs) = (to.Value, null);
        if (by == TicketTrigger.Close)
        {
            Rest(id);
        }

        return true;
    }

    public bool Approve(Guid id, string target)
    {
        var job = Job(id);
        var ticket = Tickets[job.Ticket];
        var known = Landings.SingleOrDefault(landing => landing.Job == job && landing.State != LandingState.Cancelled);
        if (known is { IsOpen: true })
        {
            return true;
        }

        if (known is { State: LandingState.Landed } || job is not { State: JobState.Completed, Outcome: RunOutcome.Changed, HasCommit: true }
            || ticket.Dropped || ticket.Job != job || ticket.Status != TicketState.InReview)
        {
            return false;
        }

        Landings.Remove(known!);
        Landings.Add(new ModelLanding { Job = job, Target = target });
        ticket.Needs = null;
        return true;
    }

    public bool Land(ModelLanding landing, LandingTrigger by)
    {
        if (After(landing, by) is not { } to)
        {
            return false;
        }

        landing.State = to;
        if (by == LandingTrigger.Requeue)
        {
            Landings.Remove(landing);
            Landings.Add(landing);
        }

        var ticket = Tickets[landing.Job.Ticket];
        ticket.Needs = to switch
        {
            LandingState.Conflict => NeedsYouKind.Conflict,
            LandingState.Red => NeedsYouKind.Red,
            LandingState.Ejected or LandingState.Cancelled => NeedsYouKind.Land,
            LandingState.Queued or LandingState.Merging or LandingState.Testing or LandingState.Moving or LandingState.Landed => null,
        };
        if (to == LandingState.Landed)
        {
            (ticket.Landed, ticket.Status) = (true, TicketState.Completed);
            foreach (var waiting in Tickets.Keys)
            {
                Free(waiting);
            }
        }

        return true;
    }

    /// <summary>The first of each train, in the order they were queued.</summary>
    public IEnumerable<ModelLanding> Heads(IReadOnlySet<(Guid Project, string Target)> paused) => Landings.Where(landing => landing.IsOpen)
        .GroupBy(landing => (landing.Job.Project, landing.Target)).Where(train => !paused.Contains(train.Key)).Select(train => train.First());

    private static LandingState? After(ModelLanding landing, LandingTrigger by) => by switch
    {
        LandingTrigger.StartOver => landing.IsOpen && landing.State != LandingState.Queued ? LandingState.Queued : null,
        LandingTrigger.Eject => landing.IsOpen && landing.State != LandingState.Moving ? LandingState.Ejected : null,
        LandingTrigger.Requeue => landing.Rests ? LandingState.Queued : null,
        LandingTrigger.Cancel => landing.Rests || landing.State == LandingState.Queued ? LandingState.Cancelled : null,
        _ => Ways.Where(way => way.From == landing.State && way.By == by).Select(way => (LandingState?)way.To).SingleOrDefault(),
    };

    /// <summary>The ticket follows its newest job.</summary>
    private void Follow(ModelJob job, JobState before)
    {
        var ticket = Tickets[job.Ticket];
        if (job.State == before || ticket.Job != job)
        {
            return;
        }

        if (job.State == JobState.RetryWait)
        {
            ticket.Needs = job.RateLimited ? NeedsYouKind.Quota : null;
        }

        if (job.IsOver)
        {
            ticket.Status = job.State switch
            {
                JobState.Completed => TicketState.InReview,
                JobState.Cancelled => TicketState.Ready,
                _ => TicketState.Failed,
            };
            ticket.Needs = AfterEnd(job);
            if ((Projects[job.Project].Policy == LandingPolicy.Auto || job.ReworkOf is not null) && job is { State: JobState.Completed, Outcome: RunOutcome.Changed, Verdict: QaVerdict.Passed, HasCommit: true })
            {
                Approve(job.Id, job.ReworkOf?.Target ?? "main");
            }
        }
    }

    private static NeedsYouKind? AfterEnd(ModelJob job) => (job.State, job.Outcome, job.Code, job.Verdict) switch
    {
        (JobState.Cancelled, _, _, _) => null,
        (JobState.Completed, RunOutcome.NeedsInput, _, _) => NeedsYouKind.Question,
        (JobState.Completed, _, _, QaVerdict.Passed) => NeedsYouKind.Land,
        (JobState.Completed, _, _, QaVerdict.Failed) => NeedsYouKind.QaFailed,
        (JobState.Completed, _, _, _) => NeedsYouKind.Review,
        (_, _, "qa_failed", _) => NeedsYouKind.QaFailed,
        (_, _, "quota", _) => NeedsYouKind.Quota,
        _ => NeedsYouKind.Error,
    };

    private void Rest(Guid ticket) =>
        Landings.Where(landing => landing.Job.Ticket == ticket && landing.Rests).ToList().ForEach(landing => landing.State = LandingState.Cancelled);

    private void Free(Guid ticket)
    {
        if (Unfinished(ticket) is { State: JobState.Blocked } job && !Unmet(ticket))
        {
            Enter(job, Now);
        }
    }

    private bool Unmet(Guid ticket) => Tickets[ticket].DependsOn.Any(on => !Tickets[on].Landed);

    private bool Reaches(Guid from, Guid to) => from == to || Tickets[from].DependsOn.Any(on => Reaches(on, to));

    private bool WaitsInVain(Guid on) => Tickets[on] is { Landed: false } ticket
        && (ticket.Dropped || ticket.Status is TicketState.Failed or TicketState.Completed
            || (ticket.Status is TicketState.Ready or TicketState.Backlog && ticket.Job is { State: JobState.Cancelled }));
}
