using AutoBuild.Merge;
using AutoBuild.Orchestrator.Resolving;
using static AutoBuild.Tests.Orchestrator.Resolving.ModelBench;

namespace AutoBuild.Tests.Orchestrator.Resolving;

/// <summary>Takes over what was decided for the same conflict before.</summary>
public sealed class EarlierStageTests
{
    private const string Answer = "        var total = price * count - rebate;\n";

    [Fact]
    public async Task The_same_conflict_is_settled_as_before_without_asking_anybody()
    {
        await using var bench = await ModelBench.StartAsync([]);
        var earlier = await bench.LandAsync(Conflicts.Modified, Answer);

        var turned = Conflicts.Of("        var total = price;\n", "        var total = price - rebate;\n", "        var total = price * count;\n");
        var resolution = await bench.ResolveAsync(Conflicts.Modified, turned);

        Assert.All(resolution.Files, file => Assert.Equal((Answer, MergeTier.B, ResolveStage.Earlier), (file.Chunks[0].Text, file.Chunks[0].Tier, file.Chunks[0].Stage)));
        Assert.Contains($"settled by kim in the landing {earlier} of", resolution.Files[0].Chunks[0].Why, StringComparison.Ordinal);
        Assert.NotNull(resolution.Files[0].Chunks[0].Proposals[0].Earlier);
        Assert.Null(resolution.Stopped);
        Assert.Empty(bench.Requests);
    }

    [Fact]
    public async Task One_that_the_checks_refuse_is_shown_and_the_model_is_asked()
    {
        await using var bench = await ModelBench.StartAsync([Says("text", Answer), Says("text", Answer)]);
        await bench.LandAsync(Conflicts.Modified, "        var total = price - rebate;\n");

        var chunk = await bench.ResolveOneAsync(Conflicts.Modified);

        Assert.Equal((Answer, ResolveStage.Model), (chunk.Text, chunk.Stage));
        Assert.Equal([ResolveStage.Earlier, ResolveStage.Model, ResolveStage.Model], chunk.Proposals.Select(proposal => proposal.Stage));
        Assert.Contains("lacks what the target added", chunk.Proposals[0].Faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_another_file_it_means_nothing()
    {
        await using var bench = await ModelBench.StartAsync([Says("unsure")]);
        await bench.LandAsync(Conflicts.Modified, Answer);

        Assert.Null((await bench.ResolveOneAsync(Conflicts.Modified with { Path = "src/Other.cs" })).Text);
    }
}
