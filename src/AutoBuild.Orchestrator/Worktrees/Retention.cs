using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Worktrees;

/// <summary>Drops what is kept for 14 days after its end: run folders, the homes and branches of completed tickets.</summary>
public sealed class Retention(IStore store, Clones clones, OrchestratorOptions options, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(14);

    private DateTimeOffset Oldest => time.GetUtcNow() - Age;

    public async Task DropAsync(CancellationToken cancel)
    {
        foreach (var (folder, id) in Folders(RunFolder.Root(options.DataDirectory)))
        {
            if (await IsOverAsync(id, cancel))
            {
                folder.Delete(recursive: true);
            }
        }

        foreach (var (folder, id) in Folders(options.TicketRoot))
        {
            if (await store.GetTicketAsync(id, cancel) is { Status: TicketState.Completed } ticket && ticket.UpdatedAt < Oldest)
            {
                await DropBranchAsync(ticket, cancel);
                folder.Delete(recursive: true);
            }
        }
    }

    private IEnumerable<(DirectoryInfo Folder, Guid Id)> Folders(string path)
    {
        var root = new DirectoryInfo(path);
        return !root.Exists ? [] :
            from folder in root.GetDirectories()
            where folder.LastWriteTimeUtc < Oldest && Guid.TryParse(folder.Name, out _)
            select (folder, Guid.Parse(folder.Name));
    }

    // A folder is a job's or a landing's; of what the store does not know nothing is dropped.
    private async Task<bool> IsOverAsync(Guid id, CancellationToken cancel) => await store.GetJobAsync(id, cancel) is { } job
        ? job.State.IsOver() && job.CompletedAt < Oldest
        : await store.GetLandingAsync(id, cancel) is { } landing && landing.UpdatedAt < Oldest;

    private async Task DropBranchAsync(Ticket ticket, CancellationToken cancel)
    {
        var clone = BareClone.At(clones.PathOf(ticket.ProjectId));
        try
        {
            if (ticket.BranchName is { } branch && await clone.ResolveAsync($"refs/heads/{branch}", cancel) is { } commit)
            {
                await clone.DeleteBranchAsync(branch, commit, cancel);
            }
        }
        catch (WorkspaceException)
        {
            // It holds commits that are nowhere else, or the clone is gone: a branch costs nothing, so it stays.
            return;
        }
    }
}
