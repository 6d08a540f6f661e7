using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Worktrees;

/// <summary>Is work that was saved before something was dropped.</summary>
/// <param name="Name">Unique within the project.</param>
/// <param name="Files">How many files differ from the commit it stood at.</param>
/// <param name="Message">What was found, in words, with the files.</param>
public sealed record SavedWork(Guid ProjectId, string Name, string Commit, DateTimeOffset At, int Files, string Message);

/// <summary>Is where people look at saved work, take it out, and let go of it.</summary>
public sealed class RescueDesk(IStore store, Clones clones, WorktreeDesk worktrees, OrchestratorOptions options, TimeProvider time, ILogger<RescueDesk> log)
{
    /// <summary>Lists what was saved, newest first.</summary>
    /// <param name="project">Null is every project.</param>
    public async Task<IReadOnlyList<SavedWork>> ListAsync(Guid? project, CancellationToken cancel)
    {
        var saved = new List<SavedWork>();
        foreach (var (id, clone) in await ClonesAsync(project, cancel))
        {
            foreach (var entry in await Rescue.ListAsync(clone, cancel))
            {
                saved.Add(await SavedAsync(id, clone, entry, cancel));
            }
        }

        return [.. saved.OrderByDescending(entry => entry.At)];
    }

    /// <summary>Tells what a rescue holds. Refusals: project_not_found, rescue_not_found.</summary>
    public Task<Result<SavedWork>> ShowAsync(Guid project, string name, CancellationToken cancel) =>
        RescuedAsync(project, name, async clone => await SavedAsync(project, clone, await Rescue.ShowAsync(clone, name, cancel), cancel), cancel);

    /// <summary>Writes saved work into a directory and returns it.</summary>
    /// <param name="directory">Absolute; must be empty or missing. Null makes one in the data directory.</param>
    public async Task<Result<string>> RestoreAsync(Guid project, string name, string? directory, CancellationToken cancel)
    {
        var into = directory ?? Path.Combine(options.DataDirectory, "restored", $"{name}-{time.GetUtcNow():yyyyMMddHHmmss}");
        return Path.IsPathFullyQualified(into)
            ? await RescuedAsync(project, name, async clone =>
            {
                await Rescue.RestoreAsync(clone, name, into, cancel);
                return into;
            }, cancel)
            : Refusals.Invalid("directory_invalid", $"The directory must be absolute, not '{into}'.");
    }

    /// <summary>Makes a working tree on a new branch, with the saved work in it as it was: uncommitted. Returns its directory.</summary>
    /// <remarks>Refusals: those of <see cref="WorktreeDesk.CreateAsync"/>, rescue_not_found.</remarks>
    public async Task<Result<string>> RestoreOntoAsync(Guid project, string name, string branch, CancellationToken cancel)
    {
        var start = await RescuedAsync(project, name, clone => Rescue.BaseAsync(clone, name, cancel), cancel);
        if (start.Refusal is { } refusal)
        {
            return refusal;
        }

        var made = await worktrees.CreateAsync(project, null, branch, cancel, start.Value);
        return made.Refusal is { } objection ? objection : await RescuedAsync(project, name, async clone =>
        {
            await Rescue.LayOverAsync(clone, name, made.Value!.Path, cancel);
            return made.Value.Path;
        }, cancel);
    }

    /// <summary>Returns what saved work changes against the commit it was based on, as a unified diff.</summary>
    public Task<Result<string>> DiffAsync(Guid project, string name, CancellationToken cancel) =>
        RescuedAsync(project, name, clone => Rescue.DiffAsync(clone, name, cancellation: cancel), cancel);

    /// <summary>Lets go of saved work, which is then gone for good.</summary>
    public Task<Result<string>> DropAsync(Guid project, string name, CancellationToken cancel) => RescuedAsync(project, name, async clone =>
    {
        await Rescue.DropAsync(clone, name, cancel);
        return name;
    }, cancel);

    /// <summary>Lets go of what is older than <c>worktree.rescue_max_age</c>, but for the work of tickets that are open.</summary>
    public async Task ExpireAsync(CancellationToken cancel)
    {
        var oldest = time.GetUtcNow() - options.Worktrees.RescueMaxAge;
        foreach (var (project, clone) in await ClonesAsync(null, cancel))
        {
            foreach (var entry in (await Rescue.ListAsync(clone, cancel)).Where(entry => entry.At < oldest))
            {
                if (!await IsOfOpenTicketAsync(project, entry.Name, cancel))
                {
                    await Rescue.DropAsync(clone, entry.Name, cancel);
                    log.Expired(entry.Name, entry.At);
                }
            }
        }
    }

    // A rescue is named after its job, landing or worktree, after the ticket's folder, or after the branch; a ticket that is not done keeps all of these.
    private async Task<bool> IsOfOpenTicketAsync(Guid project, string name, CancellationToken cancel)
    {
        if (name.Split("worktree-")[^1] is { Length: >= 36 } text && Guid.TryParse(text[..36], out var id))
        {
            return await OwnerAsync(id, cancel) is { } owner && await store.GetTicketAsync(owner, cancel) is { } found && IsOpen(found);
        }

        var page = new Page<Ticket>([], null);
        do
        {
            page = await store.ListTicketsAsync(new TicketFilter(project), new PageRequest(500, page.NextCursor), cancel);
            if (page.Items.Any(ticket => IsOpen(ticket) && Owns(ticket, name)))
            {
                return true;
            }
        }
        while (page.NextCursor is not null);
        return false;
    }

    private async Task<Guid?> OwnerAsync(Guid id, CancellationToken cancel) => (await store.GetJobAsync(id, cancel))?.TicketId
        ?? (await store.GetLandingAsync(id, cancel))?.TicketId ?? (await store.GetWorktreeAsync(id, cancel))?.TicketId;

    private static bool Owns(Ticket ticket, string name) => name.StartsWith(WorktreeLeases.FolderOf(ticket.Id), StringComparison.Ordinal)
        || (ticket.BranchName is { } branch && name.StartsWith(branch.Replace('/', '-'), StringComparison.Ordinal));

    private static bool IsOpen(Ticket ticket) => ticket.Status != TicketState.Completed;

    private async Task<IReadOnlyList<(Guid Project, BareClone Clone)>> ClonesAsync(Guid? project, CancellationToken cancel)
    {
        IReadOnlyList<Project> projects = project is { } id
            ? await store.GetProjectAsync(id, cancel) is { } one ? [one] : []
            : (await store.ListProjectsAsync(new ProjectFilter(), new PageRequest(500), cancel)).Items;
        return [.. projects.Select(found => found.Id).Where(found => Directory.Exists(clones.PathOf(found))).Select(found => (found, BareClone.At(clones.PathOf(found))))];
    }

    private async Task<Result<T>> RescuedAsync<T>(Guid project, string name, Func<BareClone, Task<T>> read, CancellationToken cancel)
        where T : notnull
    {
        if (await store.GetProjectAsync(project, cancel) is null)
        {
            return Refusals.ProjectNotFound(project);
        }

        try
        {
            return await read(BareClone.At(clones.PathOf(project)));
        }
        catch (WorkspaceException fault)
        {
            return fault.Code == "rescue_missing"
                ? new Refusal(RefusalKind.NotFound, "rescue_not_found", $"The project has no rescue '{name}'.")
                : Refusals.Conflict(fault.Code, fault.Message);
        }
    }

    private static async Task<SavedWork> SavedAsync(Guid project, BareClone clone, RescueEntry entry, CancellationToken cancel) =>
        new(project, entry.Name, entry.Commit, entry.At, await CountAsync(clone, entry.Commit, cancel), entry.Message);

    private static async Task<int> CountAsync(BareClone clone, string commit, CancellationToken cancel)
    {
        try
        {
            return (await clone.ChangedFilesAsync($"{commit}^", commit, cancel)).Count;
        }
        catch (WorkspaceException)
        {
            return 0;
        }
    }
}
