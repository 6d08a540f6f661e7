using AutoBuild.Core.Landings;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Store;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Finds out whether the first members of a batch may land: by proof that is there already, by what a server before found, else by a check of their merged tree.</summary>
public sealed class BatchCheck(IStore store, LandingCheck check, WorkMetrics metrics)
{
    /// <summary>Returns proof that is there already; null where it has to be found.</summary>
    public static QaReport? Known(Batch batch, int place)
    {
        var members = batch.Members.Take(place).ToList();
        var merged = members[^1].Merged;
        var guessed = IsGuessed(members);
        var known = members.ConvertAll(member => Evidence.Known(member.Landing, batch.Project, member.Job, merged.Commit, merged.Tree, guessed));

        // Passed checks on this very tree hold for all; that there is nothing to run must be so for each.
        return known.Find(qa => qa?.Verdict == QaVerdict.Passed) ?? (known.Contains(null) ? null : known[^1]);
    }

    public async Task<BatchProof> RunAsync(Batch batch, int place, CancellationToken cancel)
    {
        var members = batch.Members.Take(place).ToList();
        var (landing, merged) = (members[^1].Landing, members[^1].Merged);
        if (batch.Recall(merged.Tree) is { } red)
        {
            return new BatchProof(red.Qa, red.Error);
        }

        var report = await check.RunAsync(new Candidate(landing.Id, batch.Target, landing.TicketId, batch.Tip.Tip, merged.Commit), batch.Project, batch.Repository, cancel);
        var objection = Evidence.Objection(members.TrueForAll(member => Evidence.IsPersons(member.Landing)), report?.Qa, report?.Error?.Message, IsGuessed(members));
        metrics.Checked(objection is null);
        // That nothing ran says nothing of the tree: whether it may land then depends on who asks.
        if (objection is not null && report?.Qa?.Verdict == QaVerdict.Failed)
        {
            await store.AddRedTreeAsync(batch.Project.Id, batch.Target, new RedTree(batch.Tip.Tip, merged.Tree, report?.Qa, objection), CancellationToken.None);
        }

        return new BatchProof(report?.Qa, objection);
    }

    private static bool IsGuessed(List<BatchMember> members) => members.Exists(member => member.Merged.IsGuessed);
}
