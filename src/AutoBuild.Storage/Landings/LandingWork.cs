using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Storage.Figures;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Landings;

/// <summary>Reads and writes landings and their trains within one transaction.</summary>
internal sealed class LandingWork(UnitOfWork work)
{
    public Landing? Find(Guid id) => work.Session.One("landing", LandingRow.Read, ("id", id));

    public Page<Landing> List(LandingFilter filter, PageRequest page)
    {
        var before = Cursor.Of("landings", page);
        var rows = work.Session.Many("landings_page", LandingRow.Read,
            ("project_id", filter.ProjectId), ("state", filter.State is { } state ? Words<LandingState>.Of(state) : null), ("job_id", filter.JobId),
            ("before_at", before?.At), ("before_id", before?.Id), ("limit", Cursor.Limit(page) + 1));
        return Cursor.Page(rows, page, landing => new Cursor("landings", landing.CreatedAt.ToUnixTimeMilliseconds(), landing.Id.ToString()));
    }

    public IReadOnlyList<Landing> Heads() => work.Session.Many("train_heads", LandingRow.Read);

    /// <summary>Puts the job's branch at the end of the train; one that is on it already stays where it is.</summary>
    public Result<Landing> Queue(Guid jobId, string approvedBy, string targetBranch)
    {
        if (work.Jobs.Find(jobId) is not { } job)
        {
            return new Refusal(RefusalKind.NotFound, "job_not_found", $"There is no job {jobId}.");
        }

        var known = work.Session.One("landing_of_job", LandingRow.Read, ("job_id", jobId));
        if (known is { State: LandingState.Landed })
        {
            return new Refusal(RefusalKind.Conflict, "already_landed", "The job's work has landed already.");
        }

        if (known is not null && LandingMachine.IsOpen(known.State))
        {
            return known;
        }

        if (Objection(job) is { } refusal)
        {
            return refusal;
        }

        return known is null
            ? Insert(job, approvedBy, targetBranch)
            : Apply(known with { TargetBranch = targetBranch, Commit = job.HeadCommit!, ApprovedBy = approvedBy }, new LandingInput.Requeued());
    }

    public Result<Landing> Apply(Guid id, LandingInput input) => Find(id) is { } landing
        ? Apply(landing, input)
        : new Refusal(RefusalKind.NotFound, "landing_not_found", $"There is no landing {id}.");

    /// <summary>Applies all of them; the caller's transaction drops them again where one is refused.</summary>
    public Result<IReadOnlyList<Landing>> Apply(IReadOnlyList<(Guid Id, LandingInput Input)> steps)
    {
        var applied = new List<Landing>(steps.Count);
        foreach (var (id, input) in steps)
        {
            var moved = Apply(id, input);
            if (!moved.Done)
            {
                return moved.Refusal;
            }

            applied.Add(moved.Value);
        }

        return applied;
    }

    /// <summary>Applies what made it fail, and submits the job that takes it back to its agent.</summary>
    public Result<(Landing Landing, Job? Rework)> SendBack(Guid id, LandingInput input, NewJob rework, string note)
    {
        var failed = Apply(id, input);
        if (!failed.Done)
        {
            return failed.Refusal;
        }

        var submitted = work.Submissions.Submit(rework, null);
        if (!submitted.Done)
        {
            return (failed.Value, null);
        }

        work.Tickets.Note(failed.Value.TicketId, note);
        var sent = Find(id)! with { Error = $"Sent back to its agent. {failed.Value.Error}" };
        work.Trains.Save(sent);
        return (sent, submitted.Value.Value);
    }

    public Result<Landing> Apply(Landing landing, LandingInput input)
    {
        var moved = Store(landing, input);
        if (moved.Done)
        {
            work.TicketMoves.LandingMoved(moved.Value);
        }

        return moved;
    }

    /// <summary>Writes the landing alone and leaves its ticket to the caller.</summary>
    public Result<Landing> Store(Landing landing, LandingInput input)
    {
        var moved = input.Apply(landing, work.Now);
        if (!moved.Done)
        {
            return moved;
        }

        var stored = input is LandingInput.Requeued ? moved.Value with { Position = work.Next("position") } : moved.Value;
        if (work.Session.Run("landing_update", LandingRow.Write(stored, landing.State)) != 1)
        {
            throw new AutoBuildException("stale_write", "The landing changed under a write; nothing was written. Please report this.");
        }

        if (stored.State != landing.State && !LandingMachine.IsOpen(stored.State))
        {
            work.Figures.Count(FigureWork.Landing, Words<LandingState>.Of(stored.State));
            work.Lessons.Happened(stored.JobId);
        }

        if (stored.State is LandingState.Landed or LandingState.Red)
        {
            work.Trains.Forget(stored);
        }

        if (stored.State is LandingState.Landed)
        {
            work.Resolutions.Learn(stored);
        }

        work.Events.Landing(stored);
        return stored;
    }

    /// <summary>Takes the job's landing back, if it was queued and has not begun.</summary>
    public void Withdraw(Guid jobId, string why)
    {
        if (work.Session.One("landing_of_job", LandingRow.Read, ("job_id", jobId)) is { State: LandingState.Queued } landing)
        {
            Store(landing, new LandingInput.Cancelled(why));
        }
    }

    public int Pause(Guid projectId, string targetBranch, bool paused) =>
        work.Session.Run(paused ? "train_pause" : "train_resume", ("project_id", projectId), ("target_branch", targetBranch));

    private Refusal? Objection(Job job)
    {
        var ticket = work.Tickets.Find(job.TicketId);
        return job switch
        {
            { State: not JobState.Completed } => NotLandable("Only a completed job can land."),
            { Outcome: not RunOutcome.Changed } or { HeadCommit: null } => NotLandable("The job has left no commit that could land."),
            _ when ticket?.JobId != job.Id => NotLandable("A newer job of the ticket works on the same branch; land that one."),
            _ when ticket.Status != TicketState.InReview => NotLandable($"The ticket is {Words<TicketState>.Of(ticket.Status)}; only one in review can land."),
            _ => null,
        };
    }

    private static Refusal NotLandable(string sentence) => new(RefusalKind.Conflict, "not_landable", sentence);

    private Landing Insert(Job job, string approvedBy, string targetBranch)
    {
        var landing = new Landing
        {
            Id = Guid.CreateVersion7(work.Now),
            ProjectId = job.ProjectId,
            JobId = job.Id,
            TicketId = job.TicketId,
            TargetBranch = targetBranch,
            BranchName = job.BranchName,
            Commit = job.HeadCommit!,
            Position = work.Next("position"),
            ApprovedBy = approvedBy,
            Reworks = job.ReworkOf is { } sentBack && Find(sentBack) is { } earlier ? earlier.Reworks + 1 : 0,
            CreatedAt = work.Now,
            UpdatedAt = work.Now,
        };
        work.Session.Run("landing_insert", LandingRow.Write(landing, landing.State));
        work.Events.Landing(landing);
        work.TicketMoves.LandingMoved(landing);
        return landing;
    }
}
