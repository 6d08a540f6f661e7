using AutoBuild.Core.Projects;
using AutoBuild.Storage.Spending;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Projects;

/// <summary>Maps a project to its columns.</summary>
internal static class ProjectRow
{
    public static Project Read(Row row) => new()
    {
        Id = row.Id("id"),
        Name = row.Text("name"),
        Description = row.TextOrNull("description"),
        RepoPath = row.TextOrNull("repo_path"),
        RepoUrl = row.TextOrNull("repo_url"),
        GithubRepoFullName = row.TextOrNull("github_repo_full_name"),
        DefaultBranch = row.TextOrNull("default_branch"),
        MaxParallelAgents = row.Int("max_parallel_agents"),
        MaxCostUsdPerDay = LedgerRow.Dollars(row.LongOrNull("max_cost_per_day")),
        WorktreeEnabled = row.Flag("worktree_enabled"),
        QaEnabled = row.Flag("qa_enabled"),
        MemoryEnabled = row.Flag("memory_enabled"),
        Landing = row.Word<LandingPolicy>("landing"),
        Agent = row.TextOrNull("agent"),
        Executor = row.Word<Executor>("executor"),
        CreatedAt = row.Time("created_at"),
        UpdatedAt = row.Time("updated_at"),
        IndexedAt = row.TimeOrNull("indexed_at"),
        IndexStatus = row.TextOrNull("index_status"),
        DeletedAt = row.TimeOrNull("deleted_at"),
        ScheduledDeletionAt = row.TimeOrNull("scheduled_deletion_at"),
    };

    public static (string, object?)[] Write(Project project) =>
    [
        ("id", project.Id),
        ("name", project.Name),
        ("description", project.Description),
        ("repo_path", project.RepoPath),
        ("repo_url", project.RepoUrl),
        ("github_repo_full_name", project.GithubRepoFullName),
        ("default_branch", project.DefaultBranch),
        ("max_parallel_agents", project.MaxParallelAgents),
        ("max_cost_per_day", LedgerRow.Billionths(project.MaxCostUsdPerDay)),
        ("worktree_enabled", project.WorktreeEnabled),
        ("qa_enabled", project.QaEnabled),
        ("memory_enabled", project.MemoryEnabled),
        ("landing", Words<LandingPolicy>.Of(project.Landing)),
        ("agent", project.Agent),
        ("executor", Words<Executor>.Of(project.Executor)),
        ("created_at", project.CreatedAt),
        ("updated_at", project.UpdatedAt),
        ("indexed_at", project.IndexedAt),
        ("index_status", project.IndexStatus),
        ("deleted_at", project.DeletedAt),
        ("scheduled_deletion_at", project.ScheduledDeletionAt),
    ];
}
