namespace AutoBuild.Core.Projects;

/// <summary>Names a repository that AutoBuild works on, with the settings of its owner.</summary>
public sealed record Project
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Absolute path of a checkout or bare repository on this machine; exactly one of the three sources is set.</summary>
    public string? RepoPath { get; init; }

    /// <summary>Address that git can clone.</summary>
    public string? RepoUrl { get; init; }

    public string? GithubRepoFullName { get; init; }

    /// <summary>The branch that work lands on; null until the repository has been seen.</summary>
    public string? DefaultBranch { get; init; }

    /// <summary>Cap of running jobs, 1 to 64; default 3.</summary>
    public int MaxParallelAgents { get; init; } = 3;

    /// <summary>US dollars that its agents may cost in a day of UTC; the smaller of this and <c>budget.per_project_per_day</c> holds.</summary>
    public decimal? MaxCostUsdPerDay { get; init; }

    public bool WorktreeEnabled { get; init; } = true;

    public bool QaEnabled { get; init; } = true;

    public bool MemoryEnabled { get; init; } = true;

    public LandingPolicy Landing { get; init; } = LandingPolicy.Manual;

    /// <summary>The agent of tickets that name none.</summary>
    public string? Agent { get; init; }

    public Executor Executor { get; init; } = Executor.Local;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? IndexedAt { get; init; }

    public string? IndexStatus { get; init; }

    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>When a deleted project is dropped for good; until then it can be restored.</summary>
    public DateTimeOffset? ScheduledDeletionAt { get; init; }

    /// <summary>What git fetches from.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Source => RepoPath ?? RepoUrl ?? $"https://github.com/{GithubRepoFullName}.git";
}

/// <summary>Says what moves passed work onto the target branch.</summary>
public enum LandingPolicy
{
    /// <summary>A person lands.</summary>
    Manual,

    /// <summary>Passed checks land.</summary>
    Auto,

    /// <summary>A pull request is opened instead.</summary>
    PullRequest,
}

/// <summary>Says where a job runs.</summary>
public enum Executor
{
    Local,

    [System.Text.Json.Serialization.JsonStringEnumMemberName("github-actions")]
    GithubActions,
}
