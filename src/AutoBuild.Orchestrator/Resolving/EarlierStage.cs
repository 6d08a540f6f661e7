using System.Globalization;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Merge;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Answers chunks with what was decided for the same ones before, where that passes the checks here too.</summary>
internal sealed class EarlierStage(IStore store, Guid projectId)
{
    /// <summary>Returns the answers of a file's open chunks by their index, accepted or only proposed; those of which nothing is known are left out.</summary>
    public async Task<IReadOnlyDictionary<int, ChunkResolution>> TryAsync(OpenFile file, CancellationToken cancel)
    {
        var keys = file.Open.ToDictionary(chunk => chunk, chunk => PastResolution.KeyOf(file.Path, chunk.BaseText, chunk.OursText, chunk.TheirsText));
        var known = (await store.FindResolutionsAsync(projectId, keys.Values, cancel)).ToDictionary(past => past.Key);
        return keys.Where(chunk => known.ContainsKey(chunk.Value)).ToDictionary(chunk => chunk.Key.Index, chunk => Try(file, chunk.Key, known[chunk.Value]));
    }

    private static ChunkResolution Try(OpenFile file, MergeChunk chunk, PastResolution known)
    {
        var text = ChunkText.Fitted(chunk, known.Answer);
        IReadOnlyList<string> faults = [.. AnswerCheck.Faults(file.Input, chunk, text).Select(fault => fault.Why)];
        var proposal = new Proposal(ResolveStage.Earlier, text, "earlier", Provenance(known), faults, Earlier: known.Id);
        return faults.Count == 0
            ? new ChunkResolution(chunk.Index, text, MergeTier.B, ResolveStage.Earlier, proposal.Why, [proposal])
            : ModelStage.Left(chunk, $"{proposal.Why} It is not taken over: {faults[0]}", [proposal]);
    }

    private static string Provenance(PastResolution known) => string.Create(CultureInfo.InvariantCulture,
        $"The same conflict was settled by {(known.By is ChunkStage.Model ? "a model" : known.Who ?? "a person")} in the landing {known.LandingId} of {known.CreatedAt:yyyy-MM-dd}{(known.Uses > 0 ? $", and so again {known.Uses} times" : "")}.");
}
