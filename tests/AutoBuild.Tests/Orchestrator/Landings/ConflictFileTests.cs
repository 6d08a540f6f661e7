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

    [Theory]
    [InlineData("naïve\n", "naïve\n", null)]
    [InlineData("Straße €\n", null, "letters that the file's encoding lacks")]
    [InlineData("a\n<<<<<<< ours\n", null, "conflict marker")]
    public void An_answer_that_the_file_cannot_hold_is_none_and_says_why(string text, string? accepted, string? why)
    {
        var file = ConflictFile.Of(new ConflictedFile("a.txt", ConflictKind.Content, "content", Latin("café\n"), Latin("caf\u00e9s\n"), Latin("cafe\n")));

        var answered = file.With(new FileResolution("a.txt", [new ChunkResolution(0, text, MergeTier.C, ResolveStage.Model, "Both.", [new Proposal(ResolveStage.Model, text, "text", "Both.", [])])]));

        var chunk = Assert.Single(answered.Shown().Chunks);
        Assert.Equal((accepted, accepted is null ? ChunkTier.D : ChunkTier.C), (chunk.Accepted, chunk.Tier));
        Assert.Contains(why ?? "Both.", chunk.Why, StringComparison.Ordinal);
        Assert.Equal(accepted is null ? null : Encoding.Latin1.GetBytes(accepted), answered.Content);
    }

    private static ConflictSide Side(string text) => new("100644", "1", Encoding.UTF8.GetBytes(text));

    private static ConflictSide Latin(string text) => new("100644", "1", Encoding.Latin1.GetBytes(text));
}
