using System.Globalization;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Merge;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Answers a chunk with what was decided for the same chunk before, where that passes the checks here too.</summary>
internal sealed class EarlierStage(IStore store, Guid projectId)
{
    /// <summary>Returns the answer, accepted or only proposed; null where nothing is known of the chunk.</summary>
    public async Task<ChunkResolution?> TryAsync(OpenFile file, MergeChunk chunk, CancellationToken cancel)
    {
        var key = PastResolution.KeyOf(file.Path, chunk.BaseText, chunk.OursText, chunk.TheirsText);
        if (await store.FindResolutionsAsync(projectId, [key], cancel) is not [var known])
        {
            return null;
        }

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
