using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;

namespace AutoBuild.Tests.Storage;

/// <summary>Learns from what has landed how chunks were settled.</summary>
public abstract partial class StoreConformance
{
    [Fact]
    public async Task What_people_and_models_answered_is_known_once_it_has_landed_and_counted_when_it_lands_again()
    {
        var project = (await ProjectAsync()).Id;
        LandingConflict[] resolved = [Settled("a", ChunkStage.Person), Settled("b", ChunkStage.Model), Settled("c", ChunkStage.Engine), Settled("d", ChunkStage.Earlier), Settled("e", null)];
        var keys = resolved.Select(KeyOf).ToList();

        var landing = await UntilMovingAsync(project, resolved);
        var before = await Store.FindResolutionsAsync(project, keys, Cancel);
        await LandAsync(landing);
        var found = await Store.FindResolutionsAsync(project, keys, Cancel);
        await LandAsync(await UntilMovingAsync(project, Settled("a", ChunkStage.Earlier)));
        var used = Assert.Single(await Store.FindResolutionsAsync(project, [keys[0]], Cancel));

        Assert.Empty(before);
        Assert.Equal([("a", ChunkStage.Person, "sam"), ("b", ChunkStage.Model, null)], found.Select(one => (one.Path, one.By, one.Who)));
        Assert.All(found, one => Assert.Equal((landing, "answer", 0), (one.LandingId, one.Answer, one.Uses)));
        Assert.Equal((found[0].Id, 1), (used.Id, used.Uses));
        Assert.NotNull(used.UsedAt);
        Assert.Empty(await Store.FindResolutionsAsync((await ProjectAsync(name: "other")).Id, keys, Cancel));
    }

    [Fact]
    public async Task A_newer_answer_replaces_the_older_and_one_can_be_forgotten()
    {
        var project = (await ProjectAsync()).Id;
        var other = (await ProjectAsync(name: "other")).Id;
        await LandAsync(await UntilMovingAsync(project, Settled("a", ChunkStage.Model)));
        await LandAsync(await UntilMovingAsync(project, Settled("b", ChunkStage.Person), Settled("a", ChunkStage.Person)));

        var first = await Store.ListResolutionsAsync(project, new PageRequest(1), Cancel);
        var rest = await Store.ListResolutionsAsync(project, new PageRequest(9, first.NextCursor), Cancel);
        PastResolution[] all = [.. first.Items, .. rest.Items];
        Assert.Equal([("a", ChunkStage.Person), ("b", ChunkStage.Person)], all.Select(one => (one.Path, one.By)).Order());

        AssertRefused("resolution_not_found", await Store.ForgetResolutionAsync(other, all[0].Id, Cancel));
        Assert.Equal(all[0].Id, (await Store.ForgetResolutionAsync(project, all[0].Id, Cancel)).OrThrow().Id);
        AssertRefused("resolution_not_found", await Store.ForgetResolutionAsync(project, all[0].Id, Cancel));
        Assert.Equal(all[1].Id, Assert.Single((await Store.ListResolutionsAsync(project, new PageRequest(), Cancel)).Items).Id);
    }

    [Fact]
    public void A_chunk_is_known_again_whichever_side_is_the_target()
    {
        var key = PastResolution.KeyOf("a", "1\n", "2\n", "3\n");

        Assert.Equal(key, PastResolution.KeyOf("a", "1\r\n", "3 \r\n", "2\n"));
        Assert.All([PastResolution.KeyOf("b", "1\n", "2\n", "3\n"), PastResolution.KeyOf("a", "2\n", "1\n", "3\n"), PastResolution.KeyOf("a", "1\n", " 2\n", "3\n"), PastResolution.KeyOf("a", "", "1\n2\n", "3\n")],
            other => Assert.NotEqual(key, other));
    }

    private static LandingConflict Settled(string path, ChunkStage? by) => Resolved(path, ChunkTier.B, "answer") is var file
        ? file with { Chunks = [file.Chunks[0] with { By = by, Accepted = by is null ? null : "answer" }] }
        : null!;

    private static string KeyOf(LandingConflict file) => PastResolution.KeyOf(file.Path, "base text", "target text", "branch text");

    private async Task<Guid> UntilMovingAsync(Guid project, params LandingConflict[] resolved)
    {
        var landing = (await Store.QueueLandingAsync((await CompletedAsync(project)).Id, "sam", "main", Cancel)).OrThrow().Id;
        await Store.ApplyLandingAsync(landing, new LandingInput.Taken("tip"), Cancel);
        await Store.ApplyLandingAsync(landing, new LandingInput.Merged("merged") { Resolved = resolved }, Cancel);
        return (await Store.ApplyLandingAsync(landing, new LandingInput.Passed(Qa(AutoBuild.Core.Qa.QaVerdict.Passed)), Cancel)).OrThrow().Id;
    }

    private async Task LandAsync(Guid landing) => (await Store.ApplyLandingAsync(landing, new LandingInput.Moved(), Cancel)).OrThrow();
}
