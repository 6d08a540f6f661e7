using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Is one landing of a batch, merged onto those before it.</summary>
/// <param name="Job">The job whose work it is, with the evidence for that alone.</param>
public sealed record BatchMember(Landing Landing, Job? Job, MergeStep.Merged Merged);

/// <summary>Tells how the merged tree of some members stands.</summary>
/// <param name="Qa">What was found; null where the checks broke off.</param>
/// <param name="Objection">Why they can't land; null where they can.</param>
public sealed record BatchProof(QaReport? Qa, string? Objection);

/// <summary>Is what is tried together: landings of one target, merged one after another onto its tip.</summary>
public sealed class Batch(Guid id, Project project, BareClone repository, TipResult tip, Landing head, int limit, IEnumerable<RedTree> reds)
{
    private readonly List<RedTree> _reds = [.. reds];

    public Guid Id => id;

    public Project Project => project;

    public BareClone Repository => repository;

    public string Target => head.TargetBranch;

    /// <summary>Where the target stood when it was merged.</summary>
    public TipResult Tip => tip;

    /// <summary>The one that was taken first.</summary>
    public Landing Head => head;

    /// <summary>How many it could have held.</summary>
    public int Limit => limit;

    /// <summary>In their order; those that can't be merged, and those behind one that left, are not among them.</summary>
    public IReadOnlyList<BatchMember> Members { get; set; } = [];

    /// <summary>What is known of each place.</summary>
    public Dictionary<int, BatchProof> Proofs { get; } = [];

    /// <summary>Returns what a server before found wrong with a tree, once for each time it was tried.</summary>
    public RedTree? Recall(string tree)
    {
        var found = _reds.Find(red => red.Onto == tip.Tip && red.Tree == tree);
        _reds.Remove(found!);
        return found;
    }
}
