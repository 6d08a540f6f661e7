using AutoBuild.Core;
using AutoBuild.Core.Memory;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Memory;

/// <summary>Reads and writes what is remembered of projects, within one transaction.</summary>
internal sealed class MemoryWork(UnitOfWork work)
{
    internal const int LargestList = 500;

    public Result<MemoryEntry> Add(NewMemory memory)
    {
        if (work.Projects.Find(memory.ProjectId) is null)
        {
            return new Refusal(RefusalKind.NotFound, "project_not_found", $"There is no project {memory.ProjectId}.");
        }

        if (memory.TicketId is { } ticket && work.Tickets.Find(ticket)?.ProjectId != memory.ProjectId)
        {
            return new Refusal(RefusalKind.NotFound, "ticket_not_found", $"The project has no ticket {ticket}.");
        }

        var id = Guid.CreateVersion7(work.Now);
        work.Session.Run("memory_add", ("id", id), ("project_id", memory.ProjectId), ("ticket_id", memory.TicketId), ("type", Words<MemoryType>.Of(memory.Type)),
            ("content", Cut(memory.Content)), ("source", Words<MemorySource>.Of(memory.Source)), ("made_by", memory.MadeBy), ("now", work.Now));
        return Find(id)!;
    }

    public Listed<MemoryEntry> List(MemoryFilter filter, int limit)
    {
        (string, object?)[] values = [("project_id", filter.ProjectId), ("type", filter.Type is { } type ? Words<MemoryType>.Of(type) : null), ("ticket_id", filter.TicketId), ("limit", Math.Clamp(limit, 0, LargestList))];
        return new(work.Session.Many("memories_list", Read, values), (int)work.Session.Number("memories_count", values));
    }

    public Result<MemoryEntry> Edit(Guid id, MemoryPatch patch)
    {
        if (Find(id) is null)
        {
            return NotFound(id);
        }

        work.Session.Run("memory_edit", ("id", id), ("content", patch.Content is { } text ? Cut(text) : null), ("type", patch.Type is { } type ? Words<MemoryType>.Of(type) : null), ("now", work.Now));
        return Find(id)!;
    }

    public Result<MemoryEntry> Delete(Guid id)
    {
        if (Find(id) is not { } found)
        {
            return NotFound(id);
        }

        work.Session.Run("memory_delete", ("id", id), ("now", work.Now));
        return found;
    }

    /// <summary>Writes what is remembered of a job, over what was written of it before.</summary>
    public void Learn(Lesson lesson, MemoryType type) => work.Session.Run("memory_learn",
        ("id", Guid.CreateVersion7(work.Now)), ("project_id", lesson.ProjectId), ("ticket_id", lesson.TicketId), ("type", Words<MemoryType>.Of(type)),
        ("content", Cut(lesson.Content)), ("job_id", lesson.JobId), ("commit_id", lesson.Commit), ("at", lesson.At));

    public MemoryEntry? Find(Guid id) => work.Session.One("memory", Read, ("id", id));

    private static Refusal NotFound(Guid id) => new(RefusalKind.NotFound, "memory_not_found", $"There is no memory {id}.");

    private static string Cut(string text) => text.Length <= NewMemory.Longest ? text : text[..(NewMemory.Longest - (char.IsHighSurrogate(text[NewMemory.Longest - 1]) ? 1 : 0))];

    private static MemoryEntry Read(Row row) => new()
    {
        Id = row.Id("id"),
        ProjectId = row.Id("project_id"),
        TicketId = row.IdOrNull("ticket_id"),
        MemoryType = row.Word<MemoryType>("memory_type"),
        Content = row.Text("content"),
        Source = row.Word<MemorySource>("source"),
        JobId = row.IdOrNull("job_id"),
        Commit = row.TextOrNull("commit_id"),
        MadeBy = row.TextOrNull("made_by"),
        CreatedAt = row.Time("created_at"),
        EditedAt = row.TimeOrNull("edited_at"),
    };
}
