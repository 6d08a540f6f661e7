using AutoBuild.Core.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Qa;

/// <summary>Is where checks run, bound to a commit, and who hears of them.</summary>
public sealed record QaSite
{
    public required string Tree { get; init; }

    /// <summary>The commit that is checked out in the tree.</summary>
    public required string Commit { get; init; }

    /// <summary>The tree object of that commit; null caches nothing.</summary>
    public string? TreeHash { get; init; }

    /// <summary>Lists the paths that differ from the commit, ignored ones left out; asked before the first check and after each. Null: not asked, nothing cached.</summary>
    public Func<CancellationToken, Task<IReadOnlyList<string>>>? Changed { get; init; }

    /// <summary>Where checks keep what must not lie in the tree (virtual environments); default: beside the tree, with <c>.qa</c> added to its name.</summary>
    public string Scratch
    {
        get => field ?? ScratchOf(Tree);
        init;
    }

    /// <summary>Where that is by default.</summary>
    public static string ScratchOf(string tree) => Path.TrimEndingDirectorySeparator(tree) + ".qa";

    /// <summary>The whole environment of the checks; null inherits ours. <c>CI=true</c> is added where CI is not set, and Python writes no bytecode.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    public Confinement Confinement { get; init; } = Confinement.Namespace;

    /// <summary>What checks may see and write; null is all.</summary>
    public Walls? Walls { get; init; }

    /// <summary>Passed on to the child's <see cref="ChildCommand.Marker"/>.</summary>
    public string? Marker { get; init; }

    /// <summary>Time between SIGINT and the kill; 3 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Kept results; null keeps none.</summary>
    public QaCache? Cache { get; init; }

    /// <summary>Masks secrets in what is kept; default: nothing is masked.</summary>
    public Func<string, string> Mask { get; init; } = text => text;

    public Action<QaCheck>? CheckStarted { get; init; }

    public Action<QaCheckResult>? CheckEnded { get; init; }

    /// <summary>Gets the raw output of all checks as it comes, unmasked.</summary>
    public Action<ReadOnlyMemory<byte>>? Output { get; init; }
}
