using System.Collections.Concurrent;
using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Shows before anything lands which open branches collide, with each other and with their target.</summary>
/// <remarks>Git merges them without a checkout, and each pair of commits only once. Pairs that change no file in common are not merged at all.</remarks>
public sealed class Radar(IStore store, Clones clones, TimeProvider time) : IDisposable
{
    /// <summary>Most branches that are compared; beyond it the newest are.</summary>
    public const int MostBranches = 60;

    private const int MostKept = 10_000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TicketState[] Open = [TicketState.InReview, TicketState.InProgress];

    private readonly ConcurrentDictionary<(string, string), IReadOnlyList<string>> _conflicts = new();
    private readonly ConcurrentDictionary<(string, string), IReadOnlyList<string>> _changes = new();
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Looks at a project's open branches for one target. Refusals: project_not_found, and those of git.</summary>
    /// <param name="targetBranch">Null is the project's default branch.</param>
    public async Task<Result<RadarPicture>> LookAsync(Guid project, string? targetBranch, CancellationToken cancel)
    {
        if (await store.GetProjectAsync(project, cancel) is not { } found)
        {
            return Refusals.ProjectNotFound(project);
        }

        // One at a time: who looks second finds most of it known.
        await _one.WaitAsync(cancel);
        try
        {
            return await LookAsync(found, await clones.TargetAsync(found, targetBranch, cancel), cancel);
        }
        catch (WorkspaceException fault)
        {
            return Refusals.Conflict(fault.Code, fault.Message);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<RadarPicture> LookAsync(Project project, string target, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var tip = (await clones.TipAsync(project, target, cancel)).Tip;
        var clone = await clones.OpenAsync(project, cancel);
        Forget();
        var (branches, leftOut) = await BranchesAsync(project, target, clone, cancel);
        var seen = new List<(RadarBranch Branch, IReadOnlyList<string> Files)>();
        var collisions = new List<Collision>();
        var complete = leftOut == 0;
        foreach (var branch in branches)
        {
            if (time.GetElapsedTime(began) > Longest)
            {
                complete = false;
                break;
            }

            if (await ChangesAsync(clone, tip, branch.Commit, cancel) is { Count: > 0 } files)
            {
                collisions.AddRange(await AllOfAsync(clone, new(branch, files), target, tip, seen, cancel));
                seen.Add((branch, files));
            }
        }

        return new RadarPicture(project.Id, target, tip, [.. seen.Select(one => one.Branch)], collisions, complete);
    }

    private async Task<List<Collision>> AllOfAsync(
        BareClone clone, (RadarBranch Branch, IReadOnlyList<string> Files) one, string target, string tip, List<(RadarBranch Branch, IReadOnlyList<string> Files)> others, CancellationToken cancel)
    {
        var found = new List<Collision>();
        if (await ConflictsAsync(clone, tip, one.Branch.Commit, cancel) is { Count: > 0 } withTarget)
        {
            found.Add(new Collision(one.Branch.BranchName, target, withTarget, CollisionKind.Conflict));
        }

        foreach (var (other, files) in others)
        {
            if (Shared(one.Files, files) is not { Count: > 0 } shared)
            {
                continue;
            }

            var conflicts = await ConflictsAsync(clone, other.Commit, one.Branch.Commit, cancel);
            found.Add(conflicts.Count > 0
                ? new Collision(one.Branch.BranchName, other.BranchName, conflicts, CollisionKind.Conflict)
                : new Collision(one.Branch.BranchName, other.BranchName, shared, CollisionKind.Overlap));
        }

        return found;
    }

    private async Task<(List<RadarBranch> Branches, int LeftOut)> BranchesAsync(Project project, string target, BareClone clone, CancellationToken cancel)
    {
        var heads = await clone.JobBranchesAsync(cancel);
        var tickets = new List<Ticket>();
        foreach (var state in Open)
        {
            tickets.AddRange((await store.ListTicketsAsync(new TicketFilter(project.Id, state), new PageRequest(500), cancel)).Items);
        }

        var branches = (from ticket in tickets
                        where ticket.BranchName is not null && heads.ContainsKey(ticket.BranchName) && (ticket.BaseBranch ?? project.DefaultBranch ?? target) == target
                        select new RadarBranch(ticket.BranchName!, heads[ticket.BranchName!], ticket.Id, ticket.JobId, ticket.Title, ticket.Status)).ToList();
        return (branches.Take(MostBranches).ToList(), Math.Max(0, branches.Count - MostBranches));
    }

    private async Task<IReadOnlyList<string>> ConflictsAsync(BareClone clone, string one, string other, CancellationToken cancel) =>
        _conflicts.TryGetValue((one, other), out var known) ? known : _conflicts[(one, other)] = await clone.CollisionsAsync(one, other, cancel);

    // Empty also where the target has it all.
    private async Task<IReadOnlyList<string>> ChangesAsync(BareClone clone, string tip, string commit, CancellationToken cancel)
    {
        if (_changes.TryGetValue((tip, commit), out var known))
        {
            return known;
        }

        var start = await clone.MergeBaseAsync(tip, commit, cancel);
        IReadOnlyList<string> files = start is null || start == commit ? []
            : [.. (await clone.ChangedFilesAsync(start, commit, cancel)).SelectMany(file => file.OldPath is { } old ? [file.Path, old] : new[] { file.Path })];
        return _changes[(tip, commit)] = files;
    }

    /// <summary>The files of both, and those of one that are a folder of the other.</summary>
    private static List<string> Shared(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        var paths = other.ToHashSet(StringComparer.Ordinal);
        var mine = one.ToHashSet(StringComparer.Ordinal);
        return [.. one.Where(path => paths.Contains(path) || Folders(path).Any(paths.Contains)), .. other.Where(path => Folders(path).Any(mine.Contains))];
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }

    private void Forget()
    {
        foreach (var kept in new[] { _conflicts, _changes })
        {
            if (kept.Count > MostKept)
            {
                kept.Clear();
            }
        }
    }
}

/// <summary>Is what the radar saw.</summary>
/// <param name="Tip">The commit of the target.</param>
/// <param name="Branches">The open ones that the target lacks.</param>
/// <param name="Complete">False where there was not the time for all of them; asking again goes on.</param>
public sealed record RadarPicture(
    Guid ProjectId, string TargetBranch, string Tip, IReadOnlyList<RadarBranch> Branches, IReadOnlyList<Collision> Collisions, bool Complete);

/// <summary>Is a branch with work that has not landed.</summary>
public sealed record RadarBranch(string BranchName, string Commit, Guid TicketId, Guid? JobId, string Title, TicketState Status);

/// <summary>Says that two branches touch each other.</summary>
/// <param name="A">Name of a branch.</param>
/// <param name="B">Name of another one, or of the target.</param>
/// <param name="Files">Those that git can't merge, or that both change.</param>
public sealed record Collision(string A, string B, IReadOnlyList<string> Files, CollisionKind Kind);

public enum CollisionKind
{
    /// <summary>Git can't merge them.</summary>
    Conflict,

    /// <summary>Both change the files, and git merges them.</summary>
    Overlap,
}
