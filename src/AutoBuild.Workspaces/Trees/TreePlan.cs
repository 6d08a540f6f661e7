using System.Text.Json.Serialization;

namespace AutoBuild.Workspaces;

/// <summary>What the server decided about a job's tree; the runner makes it real. Travels as JSON inside the RunSpec.</summary>
public sealed record TreePlan
{
    /// <summary>The project's bare clone.</summary>
    public required string Repository { get; init; }

    /// <summary>The work tree, stable per ticket: DATA/worktrees/&lt;project&gt;/&lt;ticket&gt;/tree.</summary>
    public required string Path { get; init; }

    /// <summary>The job's own git dir beside it: DATA/worktrees/&lt;project&gt;/&lt;ticket&gt;/git.</summary>
    public required string GitDir { get; init; }

    /// <summary>The job's branch without refs/heads/.</summary>
    public required string Branch { get; init; }

    /// <summary>The commit the tree starts at: the base, or the branch's tip when a job continues.</summary>
    public required string StartCommit { get; init; }

    /// <summary>The commit the job's change is measured against.</summary>
    public required string BaseCommit { get; init; }

    /// <summary>How a rescue of what an earlier run left in this tree is named: &lt;job&gt;-&lt;attempt&gt;.</summary>
    public string RescueName { get; init; } = "leftover";

    /// <summary>The user's checkout that ignored files are copied from; null copies none.</summary>
    public string? CopyFrom { get; init; }

    /// <summary>The recipe's <c>copy</c> list, patterns as in .gitignore; .worktreeinclude is read beside it.</summary>
    public IReadOnlyList<string> Copy { get; init; } = [];

    /// <summary>The recipe's <c>cache</c> list: ignored paths that a rescue leaves out.</summary>
    public IReadOnlyList<string> Cache { get; init; } = [];

    /// <summary>HOME of what runs in the tree; "" when the caller sees to it.</summary>
    public string Home { get; init; } = "";

    /// <summary>TMPDIR of what runs in the tree.</summary>
    public string Temp { get; init; } = "";

    /// <summary>The first of the tree's block of ports; 0 for none.</summary>
    public int PortBase { get; init; }

    /// <summary>Our own git dir for the tree, which no agent is told of: a trusted index, HEAD, the manifest.</summary>
    [JsonIgnore]
    internal string SlotDir => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(GitDir))!, "slot");
}

/// <summary>What preparing a tree did and what it could not do.</summary>
/// <param name="Warm">True when the pool had the files ready and none was checked out.</param>
/// <param name="Copied">Ignored files copied from the user's checkout.</param>
/// <param name="Notes">Sentences for the run's log: refused links, submodules left empty.</param>
/// <param name="Rescued">What an earlier run had left in the tree; null when it was clean.</param>
public sealed record PreparedTree(bool Warm, IReadOnlyList<string> Copied, IReadOnlyList<string> Notes, RescueEntry? Rescued);
