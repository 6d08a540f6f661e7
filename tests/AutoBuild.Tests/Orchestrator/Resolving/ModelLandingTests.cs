using System.Text.Json.Nodes;
using AutoBuild.Configuration;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.LanguageModels;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.ScriptedModel;

namespace AutoBuild.Tests.Orchestrator.Resolving;

/// <summary>Lands work whose conflict a model settles: real git, a real train, a scripted model.</summary>
public sealed class ModelLandingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_conflict_that_a_model_settles_lands_once_the_checks_pass_on_the_merged_tree_and_is_remembered()
    {
        await using var model = await ModelServer.StartAsync(new JsonObject { ["plain"] = true, ["steps"] = new JsonArray(ModelBench.Says("a_then_b"), ModelBench.Says("b_then_a")) });
        var settings = new Settings { Models = new ModelSettings { Name = "claude-sonnet-5-5", AnthropicApiKey = "key", Merge = new MergeModelSettings { BaseUrl = model.Address.ToString() } } };
        await using var bench = await Bench.StartAsync(options => options with { Resolving = MergeModel.Options(settings) });
        var project = await bench.AddProjectAsync();
        var (first, second) = (await bench.SubmitAsync(project, "gate go write base.txt ours"), await bench.SubmitAsync(project, "gate go write base.txt theirs"));
        await bench.UntilAsync(first.Id, found => found.State == JobState.Running);
        await bench.UntilAsync(second.Id, found => found.State == JobState.Running);
        bench.Open("go");
        await LandAsync(bench, first);

        var landing = await LandAsync(bench, second);

        Assert.Equal("ours\ntheirs\n", await bench.ReadAsync(project, "refs/heads/main", "base.txt"));
        Assert.Equal(landing.MergedCommit, bench.Checks[^1]);
        var chunk = Assert.Single(Assert.Single(landing.Resolved).Chunks);
        Assert.Equal((ChunkStage.Model, ChunkTier.C, "both"), (chunk.By, chunk.Tier, chunk.Rule));
        Assert.All(chunk.Proposals, proposal => Assert.Equal(0.003m, proposal.CostUsd));
        Assert.Equal(0.006m, (await bench.Store.GetJobAsync(second.Id, Cancel))!.Usage.CostUsd);
        var known = Assert.Single((await bench.Store.ListResolutionsAsync(project.Id, new PageRequest(), Cancel)).Items);
        Assert.Equal(("base.txt", "ours\ntheirs\n", ChunkStage.Model, landing.Id), (known.Path, known.Answer, known.By, known.LandingId));
        Assert.Empty(await bench.Store.CheckInvariantsAsync(Cancel));
    }

    private static async Task<Landing> LandAsync(Bench bench, Job job)
    {
        await bench.EndAsync(job);
        (await bench.Get<LandingDesk>().ApproveAsync(job.Id, "somebody", Cancel)).OrThrow();
        return await bench.LandingAsync(job, found => found.State is LandingState.Landed or LandingState.Conflict or LandingState.Red);
    }
}
