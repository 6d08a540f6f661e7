using AutoBuild.Core.Memory;

namespace AutoBuild.Storage.Memory;

/// <summary>Keeps what is owed to the memory and takes in what comes of it, within one transaction.</summary>
internal sealed class LessonWork(UnitOfWork work)
{
    private const int MostTries = 6;

    /// <summary>Owes the memory the facts of a job, from the very transaction in which something happened to it.</summary>
    public void Happened(Guid jobId) => work.Session.Run("lesson_happened", ("job_id", jobId), ("now", work.Now), ("tries_left", MostTries));

    public IReadOnlyList<DueLesson> Due(int limit) =>
        work.Session.Many("lessons_due", row => new DueLesson(row.Id("job_id"), row.Id("project_id"), row.Long("stamp"), row.Int("tries_left")), ("now", work.Now), ("limit", limit));

    public int Settle(DueLesson lesson) => work.Session.Run("lesson_settle", ("job_id", lesson.JobId), ("stamp", lesson.Stamp), ("now", work.Now));

    public int Postpone(DueLesson lesson, TimeSpan wait, string why, bool counts) => work.Session.Run("lesson_postpone",
        ("job_id", lesson.JobId), ("stamp", lesson.Stamp), ("due_at", work.Now + wait), ("error", why), ("counts", counts));

    public int Learn(Lesson lesson)
    {
        if (lesson.Type is { } type)
        {
            work.Memories.Learn(lesson, type);
        }

        foreach (var evidence in lesson.Patterns)
        {
            work.Patterns.Learn(lesson, evidence);
        }

        work.Given.Judge(lesson);
        return lesson.Patterns.Count;
    }
}
