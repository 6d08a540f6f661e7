using System.Text;
using AutoBuild.Core.Landings;
using AutoBuild.Merge;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Orchestrator.Resolving;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator.Landings;

public sealed class ConflictFileTests
{
    [Fact]
    public void A_guess_at_a_file_that_both_added_is_a_proposal_and_goes_on_to_the_model()
    {
        var file = ConflictFile.Of(new ConflictedFile("a.py", ConflictKind.BothAdded, "add/add", null, Side("import os\n"), Side("import sys\n")));

        var chunk = Assert.Single(file.Shown().Chunks);
        Assert.Equal((ChunkTier.C, null, null), (chunk.Tier, chunk.Accepted, chunk.By));
        Assert.Equal(("import os\nimport sys\n", ChunkTier.B), (chunk.Proposals[0].Text, chunk.Proposals[0].Tier));
        Assert.Single(new OpenFile("a.py", file.Input!, file.Engine!, [], []).Open);
    }

    private static ConflictSide Side(string text) => new("100644", "1", Encoding.UTF8.GetBytes(text));
}
