using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Landings;

/// <summary>Orders the landings that wait on one train.</summary>
internal sealed class TrainWork(UnitOfWork work)
{
    public TrainState Read(Guid projectId, string targetBranch)
    {
        (string, object?)[] train = [("project_id", projectId), ("target_branch", targetBranch)];
        var limit = (int)work.Session.Number("train_limit", train);
        return new TrainState(
            work.Session.Number("train_paused", train) > 0, limit == 0 ? null : limit, work.Session.Many("train", LandingRow.Read, train), work.Session.Many("red_trees", ReadRed, train));
    }

    public int Limit(Guid projectId, string targetBranch, int limit) =>
        work.Session.Run("train_limit_set", ("project_id", projectId), ("target_branch", targetBranch), ("limit", limit));

    public int Remember(Guid projectId, string targetBranch, RedTree red) =>
        work.Session.Run("red_tree_add", ("project_id", projectId), ("target_branch", targetBranch), ("onto_commit", red.Onto), ("tree", red.Tree),
            ("qa", red.Qa is { } qa ? CoreJson.Write(qa) : null), ("error", red.Error));

    /// <summary>Forgets which trees failed: what they were tried for is decided.</summary>
    public void Forget(Landing landing) => work.Session.Run("red_trees_forget", ("project_id", landing.ProjectId), ("target_branch", landing.TargetBranch));

    /// <summary>Moves a waiting landing; those that wait share the positions that they had, in their new order.</summary>
    public Result<Landing> Move(Guid id, TrainPlace place)
    {
        if (work.Landings.Find(id) is not { } landing)
        {
            return Missing(id);
        }

        if (landing.State != LandingState.Queued)
        {
            return Conflict("landing_not_queued", $"The landing is {Words<LandingState>.Of(landing.State)}; only one that waits can be moved.");
        }

        var waiting = work.Session.Many("train", LandingRow.Read, ("project_id", landing.ProjectId), ("target_branch", landing.TargetBranch))
            .Where(one => one.State == LandingState.Queued).ToList();
        var others = waiting.Where(one => one.Id != id).ToList();
        var at = Index(landing, place, waiting);
        if (!at.Done)
        {
            return at.Refusal;
        }

        others.Insert(at.Value, landing);
        var positions = waiting.Select(one => one.Position).ToList();
        foreach (var (moved, position) in others.Zip(positions).Where(pair => pair.First.Position != pair.Second))
        {
            Save(moved with { Position = position, UpdatedAt = work.Now });
        }

        return work.Landings.Find(id)!;
    }

    /// <summary>Writes a landing whose state stays.</summary>
    public void Save(Landing landing)
    {
        work.Session.Run("landing_update", LandingRow.Write(landing, landing.State));
        work.Events.Landing(landing);
    }

    // Its index among those that wait, without itself.
    private Result<int> Index(Landing landing, TrainPlace place, List<Landing> waiting)
    {
        if (place.Position is { } position)
        {
            return Math.Clamp(position - 1, 0, waiting.Count - 1);
        }

        var neighbour = place.Before ?? place.After!.Value;
        if (work.Landings.Find(neighbour) is not { } found)
        {
            return Missing(neighbour);
        }

        if (found.ProjectId != landing.ProjectId || found.TargetBranch != landing.TargetBranch || !LandingMachine.IsOpen(found.State))
        {
            return Conflict("other_train", $"The landing {neighbour} is not on the train of '{landing.TargetBranch}' now; name one that is.");
        }

        if (found.State != LandingState.Queued)
        {
            return place.After is not null ? 0 : Conflict("landing_under_way", $"The landing {neighbour} is being merged already; nothing goes before it.");
        }

        var others = waiting.FindAll(one => one.Id != landing.Id);
        return neighbour == landing.Id ? waiting.FindIndex(one => one.Id == neighbour)
            : others.FindIndex(one => one.Id == neighbour) + (place.After is null ? 0 : 1);
    }

    private static RedTree ReadRed(Row row) => new(row.Text("onto_commit"), row.Text("tree"), row.DocumentOrNull<QaReport>("qa"), row.Text("error"));

    private static Refusal Missing(Guid id) => new(RefusalKind.NotFound, "landing_not_found", $"There is no landing {id}.");

    private static Refusal Conflict(string code, string sentence) => new(RefusalKind.Conflict, code, sentence);
}
