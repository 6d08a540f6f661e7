using AutoBuild.Core;
using AutoBuild.Core.Memory;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Memory;

/// <summary>Reads and writes the habits of projects, within one transaction.</summary>
internal sealed class PatternWork(UnitOfWork work)
{
    private const int MostSources = 10;

    public Listed<LearnedPattern> List(PatternFilter filter, int limit)
    {
        (string, object?)[] values = [("project_id", filter.ProjectId), ("type", filter.Type is { } type ? Words<PatternType>.Of(type) : null), ("limit", Math.Clamp(limit, 0, MemoryWork.LargestList))];
        return new([.. work.Session.Many("patterns_list", Read, values).Select(WithProvenance)], (int)work.Session.Number("patterns_count", values));
    }

    public Result<LearnedPattern> Edit(Guid id, string content)
    {
        if (Find(id) is null)
        {
            return NotFound(id);
        }

        work.Session.Run("pattern_edit", ("id", id), ("content", content), ("now", work.Now));
        return Find(id)!;
    }

    public Result<LearnedPattern> Forget(Guid id)
    {
        if (Find(id) is not { } found)
        {
            return NotFound(id);
        }

        work.Session.Run("pattern_forget", ("id", id), ("now", work.Now));
        return found;
    }

    /// <summary>Counts what a landed job says of a habit, once; one that is forgotten stays so, and its counts go on for nobody.</summary>
    public void Learn(Lesson lesson, PatternEvidence evidence)
    {
        if (work.Session.One("pattern_by_key", Read, ("project_id", lesson.ProjectId), ("key", evidence.Key))?.Id is not { } id)
        {
            if (evidence.Content is not { } content || !evidence.Held)
            {
                return;
            }

            id = Guid.CreateVersion7(work.Now);
            work.Session.Run("pattern_add", ("id", id), ("project_id", lesson.ProjectId), ("type", Words<PatternType>.Of(evidence.Type)), ("content", content), ("key", evidence.Key), ("now", work.Now));
        }

        (string, object?)[] values = [("id", id), ("job_id", lesson.JobId), ("ticket_id", lesson.TicketId), ("commit_id", lesson.Commit), ("held", evidence.Held), ("at", lesson.At)];
        if (work.Session.Run("pattern_evidence_add", values) == 1)
        {
            work.Session.Run("pattern_count", values);
        }
    }

    public LearnedPattern? Find(Guid id) => work.Session.One("pattern", Read, ("id", id)) is { } found ? WithProvenance(found) : null;

    private LearnedPattern WithProvenance(LearnedPattern pattern) =>
        pattern with { Provenance = work.Session.Many("pattern_provenance", Source, ("id", pattern.Id), ("limit", MostSources)) };

    private static Refusal NotFound(Guid id) => new(RefusalKind.NotFound, "pattern_not_found", $"There is no pattern {id}.");

    private static PatternSource Source(Row row) => new(row.Id("ticket_id"), row.Id("job_id"), row.TextOrNull("commit_id"), row.Flag("held"), row.Time("at"));

    private static LearnedPattern Read(Row row) => new()
    {
        Id = row.Id("id"),
        ProjectId = row.Id("project_id"),
        Key = row.TextOrNull("key"),
        PatternType = row.Word<PatternType>("pattern_type"),
        PatternContent = row.Text("pattern_content"),
        SuccessCount = row.Int("success_count"),
        FailureCount = row.Int("failure_count"),
        LastUsedAt = row.TimeOrNull("last_used_at"),
        CreatedAt = row.Time("created_at"),
        EditedAt = row.TimeOrNull("edited_at"),
    };
}
