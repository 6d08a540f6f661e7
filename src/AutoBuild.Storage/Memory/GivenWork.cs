using AutoBuild.Core.Memory;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Memory;

/// <summary>Keeps what attempts were given to start with and whether it was of use, within one transaction.</summary>
internal sealed class GivenWork(UnitOfWork work)
{
    public int Keep(GivenContext given)
    {
        Drop(given);
        work.Session.Run("given_add", ("job_id", given.JobId), ("attempt", given.Attempt), ("project_id", given.ProjectId), ("tokens", given.Tokens), ("at", given.At));
        foreach (var (place, source) in given.Sources.Index())
        {
            work.Session.Run("given_source_add", ("job_id", given.JobId), ("attempt", given.Attempt), ("place", place), ("path", source.Path),
                ("start_line", source.StartLine), ("end_line", source.EndLine), ("part", Words<ContextPart>.Of(source.Part)));
        }

        return given.Sources.Count;
    }

    public IReadOnlyList<GivenContext> Of(Guid jobId) =>
        [.. work.Session.Many("given_of_job", Read, ("job_id", jobId)).Select(given => given with { Sources = work.Session.Many("given_sources", Source, ("job_id", jobId), ("attempt", given.Attempt)) })];

    public Usefulness Usefulness(Guid projectId)
    {
        var runs = work.Session.Many("usefulness_runs", row => (Runs: row.Int("runs"), Changed: row.Int("changed_in_all")), ("project_id", projectId))[0];
        return work.Session.Many("usefulness_files", row => new Usefulness(runs.Runs, row.Int("given"), row.Int("was_read"), row.Int("was_changed"), row.Int("used"), runs.Changed), ("project_id", projectId))[0];
    }

    /// <summary>Says of each source whether it was used; what was asked for and never handed over goes.</summary>
    public void Judge(Lesson lesson)
    {
        var (read, changed) = (lesson.Read.ToHashSet(), lesson.Changed.ToHashSet());
        foreach (var given in Of(lesson.JobId))
        {
            if (!lesson.Given.Contains(given.Attempt))
            {
                Drop(given);
                continue;
            }

            work.Session.Run("given_judge", ("job_id", given.JobId), ("attempt", given.Attempt), ("now", work.Now), ("changed_in_all", changed.Count));
            foreach (var (place, source) in given.Sources.Index())
            {
                work.Session.Run("given_source_judge", ("job_id", given.JobId), ("attempt", given.Attempt), ("place", place),
                    // An agent that tells of no file at all may have read any.
                    ("was_read", read.Count == 0 ? null : read.Contains(source.Path)), ("was_changed", changed.Contains(source.Path)));
            }
        }
    }

    private void Drop(GivenContext given)
    {
        work.Session.Run("given_drop", ("job_id", given.JobId), ("attempt", given.Attempt));
        work.Session.Run("given_sources_drop", ("job_id", given.JobId), ("attempt", given.Attempt));
    }

    private static GivenContext Read(Row row) => new()
    {
        ProjectId = row.Id("project_id"),
        JobId = row.Id("job_id"),
        Attempt = row.Int("attempt"),
        Tokens = row.Int("tokens"),
        At = row.Time("at"),
        JudgedAt = row.TimeOrNull("judged_at"),
    };

    private static GivenSource Source(Row row) => new(row.Text("path"), row.Int("start_line"), row.Int("end_line"), row.Word<ContextPart>("part"), Flag(row, "was_read"), Flag(row, "was_changed"));

    private static bool? Flag(Row row, string column) => row.IntOrNull(column) is { } value ? value != 0 : null;
}
