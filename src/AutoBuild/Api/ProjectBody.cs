using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using AutoBuild.Contract;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;

namespace AutoBuild.Api;

/// <summary>Is the body that changes a project; a member that is missing or null stays as it is.</summary>
internal record ProjectChange
{
    [MinLength(1), MaxLength(200)]
    public string? Name { get; init; }

    [MaxLength(10_000)]
    public string? Description { get; init; }

    public string? DefaultBranch { get; init; }

    /// <summary>1 to 64; default 3.</summary>
    [Range(1, 64)]
    public int? MaxParallelAgents { get; init; }

    /// <summary>US dollars that its agents may cost in a day of UTC; 0 bounds nothing.</summary>
    [Range(0, 1_000_000)]
    public decimal? MaxCostUsdPerDay { get; init; }

    public bool? WorktreeEnabled { get; init; }

    public bool? QaEnabled { get; init; }

    public bool? MemoryEnabled { get; init; }

    /// <summary>manual, auto or pull_request.</summary>
    [Words<LandingPolicy>]
    public string? Landing { get; init; }

    /// <summary>The agent of tickets that name none.</summary>
    public string? Agent { get; init; }

    /// <summary>local or github-actions.</summary>
    [Words<Executor>]
    public string? Executor { get; init; }

    public ProjectPatch ReadPatch(Fields fields) => new()
    {
        Name = fields.Filled("name", Name, 200),
        Description = fields.Text("description", Description, 10_000),
        DefaultBranch = fields.Branch("default_branch", DefaultBranch),
        MaxParallelAgents = fields.Between("max_parallel_agents", MaxParallelAgents, 1, 64),
        MaxCostUsdPerDay = fields.Between("max_cost_usd_per_day", MaxCostUsdPerDay, 0m, 1_000_000m),
        WorktreeEnabled = WorktreeEnabled,
        QaEnabled = QaEnabled,
        MemoryEnabled = MemoryEnabled,
        Landing = fields.OneOf<LandingPolicy>("landing", Landing),
        Agent = fields.Agent("agent", Agent),
        Executor = fields.OneOf<Executor>("executor", Executor),
    };
}

/// <summary>Is the body that takes a repository in, by exactly one of its three places; another member that is missing or null takes its default.</summary>
[Asks("name")]
internal sealed record ProjectBody : ProjectChange
{
    [Uuid]
    public string? Id { get; init; }

    /// <summary>Absolute path of a repository on the server's machine.</summary>
    [MaxLength(4000)]
    public string? RepoPath { get; init; }

    /// <summary>Address that git can clone.</summary>
    [MaxLength(2000)]
    public string? RepoUrl { get; init; }

    /// <summary>Such as <c>owner/name</c>.</summary>
    public string? GithubRepoFullName { get; init; }

    /// <summary>The place on the server's machine that it names; null where it names none.</summary>
    [JsonIgnore]
    public string? Place => RepoPath ?? (ProjectSource.IsLocal(RepoUrl) ? RepoUrl : null);

    public NewProject ReadNew(Fields fields, LandingPolicy policy)
    {
        var patch = ReadPatch(fields);
        ProjectSource.Check(fields, RepoPath, RepoUrl, GithubRepoFullName);
        return new NewProject
        {
            Id = fields.OptionalId("id", Id),
            Name = fields.Required("name", Name, 200),
            Description = patch.Description,
            RepoPath = RepoPath,
            RepoUrl = RepoUrl,
            GithubRepoFullName = GithubRepoFullName,
            DefaultBranch = patch.DefaultBranch,
            MaxParallelAgents = patch.MaxParallelAgents ?? 3,
            MaxCostUsdPerDay = patch.MaxCostUsdPerDay,
            WorktreeEnabled = patch.WorktreeEnabled ?? true,
            QaEnabled = patch.QaEnabled ?? true,
            MemoryEnabled = patch.MemoryEnabled ?? true,
            Landing = patch.Landing ?? policy,
            Agent = patch.Agent,
            Executor = patch.Executor ?? Core.Projects.Executor.Local,
        };
    }
}
