using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Tickets;
using AutoBuild.Merge;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Is a file that the merge engine left open.</summary>
/// <param name="Path">Path within the repository.</param>
/// <param name="Merged">What the engine made of <paramref name="Input"/>, by the default marks and labels.</param>
/// <param name="TargetMessages">Messages of the target's commits since the base that touch the file, newest first.</param>
/// <param name="BranchMessages">Those of the branch.</param>
public sealed record OpenFile(string Path, MergeInput Input, MergeResult Merged, IReadOnlyList<string> TargetMessages, IReadOnlyList<string> BranchMessages)
{
    /// <summary>The chunks that a stage after the engine may answer.</summary>
    public IEnumerable<MergeChunk> Open => Merged.Chunks.Where(chunk => chunk is { Answer: null, Tier: MergeTier.C });
}

/// <summary>Says for what the files are merged: it is paid from its ticket's budget.</summary>
/// <param name="Job">Null where it is gone; then no model is asked, for nobody could be charged.</param>
public sealed record ResolveContext(Landing Landing, Ticket? Ticket, Job? Job);
