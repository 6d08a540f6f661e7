using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Worktrees;

/// <summary>Drops what is kept for 14 days after its end, or as long as there is room: run folders, results of checks, the homes and branches of completed tickets.</summary>
public sealed class Retention(IStore store, Clones clones, OrchestratorOptions options, TimeProvider time, ILogger<Retention> log)
{
    /// <summary>Of one round, so that it ends soon; the next goes on.</summary>
    private const int MostFolders = 500;

    private const long CacheBytes = 200_000_000;
    private static readonly TimeSpan Age = TimeSpan.FromDays(14);

    private DateTimeOffset Oldest => time.GetUtcNow() - Age;

    public async Task DropAsync(CancellationToken cancel)
    {
        await DropRunsAsync(cancel);
        foreach (var (folder, id) in Folders(options.TicketRoot).Where(IsOld).Take(MostFolders))
        {
            if (await store.GetTicketAsync(id, cancel) is { Status: TicketState.Completed } ticket && ticket.UpdatedAt < Oldest)
            {
                await DropBranchAsync(ticket, cancel);
                Delete(folder.FullName);
            }
        }

        OldFiles.Drop(Path.Combine(options.DataDirectory, "qa-cache"), Oldest, CacheBytes);
    }

    // The oldest go first. Of those that stay, the agent's temporary files go: what a killed run left there serves nobody.
    private async Task DropRunsAsync(CancellationToken cancel)
    {
        var (room, most) = (options.RunBytes, MostFolders);
        foreach (var (folder, id) in Folders(RunFolder.Root(options.DataDirectory)).OrderByDescending(found => found.Folder.LastWriteTimeUtc))
        {
            room -= TreeFiles.Bytes(folder.FullName);
            if (most == 0 || await EndOfAsync(id, cancel) is not { } end)
            {
                continue;
            }

            if (end < Oldest || room < 0)
            {
                Delete(folder.FullName);
                most--;
                continue;
            }

            foreach (var temp in folder.EnumerateDirectories().Select(attempt => Path.Combine(attempt.FullName, "tmp")).Where(Directory.Exists))
            {
                Delete(temp);
            }
        }
    }

    private static IEnumerable<(DirectoryInfo Folder, Guid Id)> Folders(string path)
    {
        var root = new DirectoryInfo(path);
        return !root.Exists ? [] :
            from folder in root.GetDirectories()
            where Guid.TryParse(folder.Name, out _)
            select (folder, Guid.Parse(folder.Name));
    }

    private bool IsOld((DirectoryInfo Folder, Guid Id) found) => found.Folder.LastWriteTimeUtc < Oldest;

    // A folder is a job's or a landing's; of what the store does not know, and of what goes on, nothing is dropped.
    private async Task<DateTimeOffset?> EndOfAsync(Guid id, CancellationToken cancel) => await store.GetJobAsync(id, cancel) is { } job
        ? job.State.IsOver() ? job.CompletedAt : null
        : await store.GetLandingAsync(id, cancel) is { } landing && (landing.State is LandingState.Landed or LandingState.Ejected or LandingState.Cancelled || landing.UpdatedAt < Oldest) ? landing.UpdatedAt : null;

    // One that can't be deleted keeps no other from going.
    private void Delete(string folder)
    {
        try
        {
            TreeFiles.Delete(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or WorkspaceException)
        {
            log.NotTidied(fault, fault.Message);
        }
    }

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
