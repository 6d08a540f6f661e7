using AutoBuild.Core.Landings;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Is what merging a candidate onto its target gave.</summary>
public abstract record MergeStep
{
    private MergeStep()
    {
    }

    /// <summary>All is merged.</summary>
    /// <param name="Onto">The commit that was merged onto: the tip, with a diverged origin taken in.</param>
    /// <param name="Resolved">The files that git had left in conflict, with their answers.</param>
    public sealed record Merged(string Commit, string Tree, string Onto, IReadOnlyList<LandingConflict> Resolved) : MergeStep
    {
        /// <summary>Whether something in it holds only if checks pass on the merged tree: an answer of tier B, an earlier one, a model's, a file made again.</summary>
        public bool IsGuessed => Resolved.Any(file => file.IsGuessed());
    }

    public sealed record Contained : MergeStep;

    /// <summary>Something is left for a person.</summary>
    /// <param name="Onto">The commit that was merged onto: what an answer is bound to.</param>
    /// <param name="Files">Never empty.</param>
    /// <param name="Resolved">The files of the same merge that are settled.</param>
    public sealed record Conflicted(string Onto, IReadOnlyList<LandingConflict> Files, IReadOnlyList<LandingConflict> Resolved) : MergeStep
    {
        /// <summary>What is said of it; null names the files.</summary>
        public string? Error { get; init; }

        public LandingInput Input => new LandingInput.Conflicted(Files) { Onto = Onto, Resolved = Resolved, Error = Error };
    }
}
