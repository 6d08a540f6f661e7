using AutoBuild.Core;
using AutoBuild.Core.Worktrees;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Worktrees;

/// <summary>Reads and writes the leases of working trees within one transaction.</summary>
internal sealed class WorktreeWork(UnitOfWork work)
{
    public Worktree? Find(Guid id) => work.Session.One("worktree", Read, ("id", id));

    public IReadOnlyList<Worktree> List(Guid? projectId) => work.Session.Many("worktrees_kept", Read, ("project_id", projectId));

    public Worktree Add(Worktree worktree)
    {
        work.Session.Run("worktree_insert", Write(worktree, worktree.Status));
        work.Events.Worktree(worktree);
        return worktree;
    }

    public Result<Worktree> Apply(Guid id, WorktreeTrigger trigger)
    {
        if (Find(id) is not { } worktree)
        {
            return new Refusal(RefusalKind.NotFound, "worktree_not_found", $"There is no worktree {id}.");
        }

        if (WorktreeMachine.After(worktree.Status, trigger) is not { } to)
        {
            return new Refusal(RefusalKind.Conflict, "illegal_worktree_transition", $"A worktree that is {Words<WorktreeState>.Of(worktree.Status)} can't take {trigger}.");
        }

        var moved = worktree with { Status = to, LastUsedAt = work.Now, CleanupAt = to == WorktreeState.Cleanup ? work.Now : worktree.CleanupAt };
        work.Session.Run("worktree_update", Write(moved, worktree.Status));
        work.Events.Worktree(moved);
        if (to == WorktreeState.Kept && moved.TicketId is { } ticket)
        {
            work.Tickets.Ask(ticket, $"Its working tree '{moved.Path}' holds work that could not be saved and is kept. Look at it, then remove it by force: autobuild worktree remove --force.");
        }

        return moved;
    }

    private static Worktree Read(Row row) => new()
    {
        Id = row.Id("id"),
        ProjectId = row.Id("project_id"),
        TicketId = row.IdOrNull("ticket_id"),
        JobId = row.IdOrNull("job_id"),
        Path = row.Text("path"),
        BranchName = row.Text("branch_name"),
        BaseCommit = row.TextOrNull("base_commit"),
        Status = row.Word<WorktreeState>("status"),
        PortBase = row.IntOrNull("port_base"),
        DiskBytes = row.LongOrNull("disk_bytes"),
        CreatedAt = row.Time("created_at"),
        LastUsedAt = row.Time("last_used_at"),
        CleanupAt = row.TimeOrNull("cleanup_at"),
    };

    private static (string, object?)[] Write(Worktree worktree, WorktreeState before) =>
    [
        ("id", worktree.Id),
        ("project_id", worktree.ProjectId),
        ("ticket_id", worktree.TicketId),
        ("job_id", worktree.JobId),
        ("path", worktree.Path),
        ("branch_name", worktree.BranchName),
        ("base_commit", worktree.BaseCommit),
        ("old_status", Words<WorktreeState>.Of(before)),
        ("status", Words<WorktreeState>.Of(worktree.Status)),
        ("port_base", worktree.PortBase),
        ("disk_bytes", worktree.DiskBytes),
        ("created_at", worktree.CreatedAt),
        ("last_used_at", worktree.LastUsedAt),
        ("cleanup_at", worktree.CleanupAt),
    ];
}
