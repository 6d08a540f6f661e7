using AutoBuild.Api;
using AutoBuild.Tests.Orchestrator.Resolving;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoBuild.Tests.Api;

/// <summary>Shows and forgets how conflicts were settled.</summary>
public sealed class ResolutionEndpointTests
{
    [Fact]
    public async Task What_was_settled_is_listed_and_asked_about_again_once_it_is_forgotten()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var bench = await ModelBench.StartAsync([ModelBench.Says("unsure")]);
        const string Answer = "        var total = price * count - rebate;\n";
        var landing = await bench.LandAsync(Conflicts.Modified, Answer);
        var project = bench.Job.ProjectId;

        var listed = Assert.IsType<Ok<ResolutionList>>(await ResolutionEndpoints.List(project, null, null, bench.Store, cancel));
        var one = Assert.Single(listed.Value!.Resolutions);
        Assert.Equal(("src/Basket.cs", Answer, "kim", landing), (one.Path, one.Answer, one.Who, one.LandingId));
        Assert.NotNull((await bench.ResolveOneAsync(Conflicts.Modified)).Text);

        var forgotten = Assert.IsType<Ok<Message>>(await ResolutionEndpoints.Forget(project, one.Id, bench.Store, cancel));

        Assert.Equal("How the conflict in src/Basket.cs was settled is forgotten.", forgotten.Value!.Text);
        Assert.Null((await bench.ResolveOneAsync(Conflicts.Modified)).Text);
        Assert.IsType<Problem>(await ResolutionEndpoints.Forget(project, one.Id, bench.Store, cancel));
    }
}
