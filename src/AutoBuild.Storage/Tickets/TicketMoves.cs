using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Storage.Tickets;

/// <summary>Moves tickets as their jobs and landings move, in the same transaction.</summary>
internal sealed class TicketMoves(UnitOfWork work)
{
    private const string Policy = "policy";

    public void Submitted(Ticket ticket, Job job, TicketState to)
    {
        work.Tickets.CancelRestingLandings(ticket.Id, "a new job of the ticket was submitted");
        var row = work.Tickets.Row(ticket.Id)!;
        work.Tickets.Save(row with
        {
            Ticket = row.Ticket with { Status = to, JobId = job.Id, BranchName = job.BranchName, NeedsYou = null, ErrorMessage = null, Note = null },
        });
        work.Dependencies.Changed(ticket.Id);
    }

    /// <summary>Follows a job that ended, or that began or ended to wait out a backoff or a quota.</summary>
    public void JobMoved(Job job)
    {
        var row = work.Tickets.Row(job.TicketId)!;
        if (row.Ticket.JobId != job.Id)
        {
            return;
        }

        if (!job.State.IsOver())
        {
            Waits(row, job);
            return;
        }

        var project = work.Projects.Find(job.ProjectId)!;
        var policy = row.Ticket.Landing ?? project.Landing;
        var moved = row with { Ticket = After(row.Ticket, job, policy) };
        var target = job.BaseBranch ?? project.DefaultBranch;
        var approved = job.ReworkOf is { } sentBack ? work.Landings.Find(sentBack) : null;
        if (LandsByItself(job, policy, approved) && (approved?.TargetBranch ?? target) is { } onto)
        {
            work.Tickets.Save(moved with { Ticket = moved.Ticket with { NeedsYou = null } });
            work.Landings.Queue(job.Id, approved?.ApprovedBy ?? Policy, onto).OrThrow();
            return;
        }

        work.Tickets.Save(moved);
        work.Dependencies.Changed(job.TicketId);
    }

    /// <summary>Follows a landing that changed its state.</summary>
    public void LandingMoved(Landing landing)
    {
        var row = work.Tickets.Row(landing.TicketId)!;
        if (landing.State != LandingState.Landed)
        {
            var needs = Needs.AfterLanding(landing);
            if (needs != row.Ticket.NeedsYou)
            {
                work.Tickets.Save(row with { Ticket = row.Ticket with { NeedsYou = needs } });
            }

            return;
        }

        work.Tickets.Save(row with
        {
            LandedAt = work.Now,
            Ticket = row.Ticket with { Status = TicketMachine.After(row.Ticket.Status, TicketTrigger.Landed) ?? row.Ticket.Status, NeedsYou = null },
        });
        work.Dependencies.Landed(landing.TicketId);
    }

    private static Ticket After(Ticket ticket, Job job, LandingPolicy policy) => ticket with
    {
        Status = TicketMachine.After(ticket.Status, Trigger(job.State)) ?? ticket.Status,
        NeedsYou = Needs.AfterJob(job, policy),
        PrUrl = job.PrUrl ?? ticket.PrUrl,
        PrNumber = job.PrNumber ?? ticket.PrNumber,
        ErrorMessage = job.State is JobState.Failed or JobState.TimedOut ? job.ErrorMessage : null,
    };

    /// <summary>Shows a wait for quota, and takes it back when the job is queued again.</summary>
    private void Waits(TicketRow row, Job job)
    {
        var needs = job.State switch
        {
            JobState.RetryWait => Needs.AfterJob(job, LandingPolicy.Manual),
            JobState.Queued or JobState.Blocked when row.Ticket.NeedsYou is { Kind: NeedsYouKind.Quota } => null,
            JobState.Queued or JobState.Pending or JobState.Blocked or JobState.Dispatched or JobState.Running or JobState.Cancelling
                or JobState.Completed or JobState.Failed or JobState.Cancelled or JobState.TimedOut => row.Ticket.NeedsYou,
        };
        if (needs != row.Ticket.NeedsYou)
        {
            work.Tickets.Save(row with { Ticket = row.Ticket with { NeedsYou = needs } });
        }
    }

    // Whoever approved work that the train then sent back need not do so again.
    private static bool LandsByItself(Job job, LandingPolicy policy, Landing? approved) =>
        (policy == LandingPolicy.Auto || (policy == LandingPolicy.Manual && approved is not null))
        && job is { State: JobState.Completed, Outcome: RunOutcome.Changed, Qa.Verdict: QaVerdict.Passed, HeadCommit: not null };

    private static TicketTrigger Trigger(JobState end) => end switch
    {
        JobState.Completed => TicketTrigger.JobCompleted,
        JobState.Cancelled => TicketTrigger.JobCancelled,
        JobState.Failed or JobState.TimedOut => TicketTrigger.JobFailed,
        JobState.Pending or JobState.Blocked or JobState.Queued or JobState.Dispatched or JobState.Running or JobState.Cancelling or JobState.RetryWait =>
            throw new ArgumentOutOfRangeException(nameof(end)),
    };
}
