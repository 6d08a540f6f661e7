using AutoBuild.Core.Json;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Qa;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Landings;

/// <summary>Maps a landing to its columns.</summary>
internal static class LandingRow
{
    public static Landing Read(Row row) => new()
    {
        Id = row.Id("id"),
        ProjectId = row.Id("project_id"),
        JobId = row.Id("job_id"),
        TicketId = row.Id("ticket_id"),
        TargetBranch = row.Text("target_branch"),
        BranchName = row.Text("branch_name"),
        Commit = row.Text("commit_id"),
        State = row.Word<LandingState>("state"),
        Position = row.Long("position"),
        Conflicts = row.Document<IReadOnlyList<LandingConflict>>("conflicts"),
        Resolved = row.Document<IReadOnlyList<LandingConflict>>("resolved"),
        Qa = row.DocumentOrNull<QaReport>("qa"),
        OntoCommit = row.TextOrNull("onto_commit"),
        MergedCommit = row.TextOrNull("merged_commit"),
        Batch = row.IdOrNull("batch_id") is { } batch ? new LandingBatch(batch, row.Int("batch_size"), row.Int("batch_place")) : null,
        Reworks = row.Int("reworks"),
        Error = row.TextOrNull("error"),
        ApprovedBy = row.TextOrNull("approved_by"),
        CreatedAt = row.Time("created_at"),
        UpdatedAt = row.Time("updated_at"),
        LandedAt = row.TimeOrNull("landed_at"),
    };

    public static (string, object?)[] Write(Landing landing, LandingState before) =>
    [
        ("id", landing.Id),
        ("project_id", landing.ProjectId),
        ("job_id", landing.JobId),
        ("ticket_id", landing.TicketId),
        ("target_branch", landing.TargetBranch),
        ("branch_name", landing.BranchName),
        ("commit_id", landing.Commit),
        ("old_state", Words<LandingState>.Of(before)),
        ("state", Words<LandingState>.Of(landing.State)),
        ("position", landing.Position),
        ("conflicts", CoreJson.Write(landing.Conflicts)),
        ("resolved", CoreJson.Write(landing.Resolved)),
        ("qa", landing.Qa is { } qa ? CoreJson.Write(qa) : null),
        ("onto_commit", landing.OntoCommit),
        ("merged_commit", landing.MergedCommit),
        ("batch_id", landing.Batch?.Id),
        ("batch_size", landing.Batch?.Size),
        ("batch_place", landing.Batch?.Place),
        ("reworks", landing.Reworks),
        ("error", landing.Error),
        ("approved_by", landing.ApprovedBy),
        ("created_at", landing.CreatedAt),
        ("updated_at", landing.UpdatedAt),
        ("landed_at", landing.LandedAt),
    ];
}
