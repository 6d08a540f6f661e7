using System.Collections.Concurrent;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
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
    private const int MostAtOnce = 200;
    private const int AtOnce = 4;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TicketState[] Unlanded = [TicketState.InReview, TicketState.InProgress];

    private readonly ConcurrentDictionary<(string, string), Meeting> _meetings = new();
    private readonly ConcurrentDictionary<(string, string), IReadOnlyList<string>?> _changes = new();
    private readonly ConcurrentDictionary<(Guid Project, string Target), RadarPicture> _newest = new();
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
            var seen = await LookAsync(found, await clones.TargetAsync(found, targetBranch, cancel), cancel);
            return _newest[(project, seen.TargetBranch)] = seen;
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

    /// <summary>Adds to a job what the newest pictures tell of its branch; looks at nothing anew.</summary>
    public Job Tell(Job job) => job.BranchName is not { } branch ? job
        : job with { Collisions = [.. _newest.Where(seen => seen.Key.Project == job.ProjectId).SelectMany(seen => JobCollision.Of(seen.Value, branch))] };

    public void Dispose() => _one.Dispose();

    private async Task<RadarPicture> LookAsync(Project project, string target, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var tip = (await clones.TipAsync(project, target, cancel)).Tip;
        var clone = await clones.OpenAsync(project, cancel);
        Forget();
        var (branches, leftOut) = await BranchesAsync(project, target, clone, cancel);
        var seen = await ChangedAsync(clone, tip, branches, began, cancel);
        var complete = leftOut == 0 && seen.Count == branches.Count;
        seen = seen.FindAll(one => one.Files is not []);
        var pairs = Pairs(seen, target, tip);
        complete &= await MergeAsync(clone, [.. pairs.Select(pair => pair.Commits).Distinct().Where(commits => !_meetings.ContainsKey(commits))], began, cancel);
        return new RadarPicture(project.Id, target, tip, [.. seen.Select(one => one.Branch)], [.. pairs.Select(Collision).OfType<Collision>()], complete);
    }

    private bool IsOver(long began) => time.GetElapsedTime(began) > Longest;

    // Those that there was the time for, with the files that they change.
    private async Task<List<Open>> ChangedAsync(BareClone clone, string tip, List<RadarBranch> branches, long began, CancellationToken cancel)
    {
        var seen = new List<Open>();
        foreach (var some in branches.Chunk(AtOnce))
        {
            if (IsOver(began))
            {
                break;
            }

            var files = await Task.WhenAll(some.Select(branch => ChangesAsync(clone, tip, branch.Commit, cancel)));
            seen.AddRange(some.Zip(files, (branch, changed) => new Open(branch, changed)));
        }

        return seen;
    }

    // Each with the target, and with each before it that changes a file in common.
    private static List<Pair> Pairs(List<Open> open, string target, string tip)
    {
        var pairs = new List<Pair>();
        for (var i = 0; i < open.Count; i++)
        {
            pairs.Add(new Pair(open[i].Branch.BranchName, target, (tip, open[i].Branch.Commit), []));
            pairs.AddRange(from other in open.Take(i)
                           let shared = Shared(open[i].Files ?? [], other.Files ?? [])
                           where shared.Count > 0
                           select new Pair(open[i].Branch.BranchName, other.Branch.BranchName, (other.Branch.Commit, open[i].Branch.Commit), shared));
        }

        return pairs;
    }

    // False where the time was over before all were merged.
    private async Task<bool> MergeAsync(BareClone clone, List<(string, string)> pairs, long began, CancellationToken cancel)
    {
        foreach (var some in pairs.Chunk(MostAtOnce))
        {
            if (IsOver(began))
            {
                return false;
            }

            var found = await clone.CollisionsAsync(some, cancel);
            var blobs = await clone.ReadBlobsAsync([.. found.OfType<IReadOnlyList<CollidingFile>>().SelectMany(files => files).SelectMany(file => new[] { file.Base, file.Ours, file.Theirs }).OfType<string>()], cancel);
            foreach (var (pair, files) in some.Zip(found))
            {
                _meetings[pair] = new Meeting(files is [], [.. (files ?? []).Select(file => Colliding.Of(file, blobs))]);
            }
        }

        return true;
    }

    private Collision? Collision(Pair pair) => _meetings.GetValueOrDefault(pair.Commits) switch
    {
        { Merges: false, Conflicts: var conflicts } => new Collision(pair.A, pair.B, [.. conflicts.Select(file => file.Path)], CollisionKind.Conflict, conflicts,
            conflicts.Count > 0 && conflicts.All(file => file.Resolvable)),
        null => null,
        var _ => pair.Shared.Count > 0 ? new Collision(pair.A, pair.B, pair.Shared, CollisionKind.Overlap, [], true) : null,
    };

    private async Task<(List<RadarBranch> Branches, int LeftOut)> BranchesAsync(Project project, string target, BareClone clone, CancellationToken cancel)
    {
        var heads = await clone.JobBranchesAsync(cancel);
        var tickets = new List<Ticket>();
        foreach (var state in Unlanded)
        {
            tickets.AddRange((await store.ListTicketsAsync(new TicketFilter(project.Id, state), new PageRequest(500), cancel)).Items);
        }

        var branches = (from ticket in tickets
                        where ticket.BranchName is not null && heads.ContainsKey(ticket.BranchName) && (ticket.BaseBranch ?? project.DefaultBranch ?? target) == target
                        select new RadarBranch(ticket.BranchName!, heads[ticket.BranchName!], ticket.Id, ticket.JobId, ticket.Title, ticket.Status)).ToList();
        return (branches.Take(MostBranches).ToList(), Math.Max(0, branches.Count - MostBranches));
    }

    // Empty also where the target has it all; null where the two have no common history.
    private async Task<IReadOnlyList<string>?> ChangesAsync(BareClone clone, string tip, string commit, CancellationToken cancel)
    {
        if (_changes.TryGetValue((tip, commit), out var known))
        {
            return known;
        }

        var start = await clone.MergeBaseAsync(tip, commit, cancel);
        IReadOnlyList<string>? files = start is null ? null : start == commit ? []
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
        if (_meetings.Count > MostKept)
        {
            _meetings.Clear();
        }

        if (_changes.Count > MostKept)
        {
            _changes.Clear();
        }
    }

    private sealed record Open(RadarBranch Branch, IReadOnlyList<string>? Files);

    // Neither merges nor has conflicts: two without common history.
    private sealed record Meeting(bool Merges, IReadOnlyList<CollisionFile> Conflicts);

    private sealed record Pair(string A, string B, (string, string) Commits, List<string> Shared);
}
