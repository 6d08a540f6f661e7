using AutoBuild.Core.Events;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Events;

/// <summary>Writes and reads the event stream within one transaction.</summary>
internal sealed class EventWork(UnitOfWork work)
{
    private const int LongestPrompt = 200;
    private const int Kept = 1_000_000;
    private const int LargestPrune = 20_000;
    private const int Window = 10_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    public void Project(Project project) => Add(EventKinds.Project, project.Id, null, null, CoreJson.Write(project));

    public void Ticket(Ticket ticket) => Add(EventKinds.Ticket, ticket.ProjectId, ticket.Id, null, CoreJson.Write(ticket));

    public void Job(Job job)
    {
        var small = job with { Prompt = job.Prompt.Length > LongestPrompt ? job.Prompt[..LongestPrompt] : job.Prompt, Attempts = [] };
        Add(EventKinds.Job, job.ProjectId, job.TicketId, job.Id, CoreJson.Write(small));
    }

    /// <summary>Leaves the texts of its files out; they can be long.</summary>
    public void Landing(Landing landing) =>
        Add(EventKinds.Landing, landing.ProjectId, landing.TicketId, landing.JobId, CoreJson.Write(landing.WithoutTexts()));

    public void Worktree(Worktree worktree) =>
        Add(EventKinds.Worktree, worktree.ProjectId, worktree.TicketId, worktree.JobId, CoreJson.Write(worktree));

    public void Quota(AgentLimit limit) => Add(EventKinds.Quota, null, null, null, CoreJson.Write(limit));

    public void Queue(bool paused) => Add(EventKinds.Queue, null, null, null, paused ? """{"paused":true}""" : """{"paused":false}""");

    public long Radar(Guid projectId, string picture)
    {
        Add(EventKinds.Radar, projectId, null, null, picture);
        return work.LastEventId;
    }

    /// <summary>Appends what a run tells, unless the job had one in the same second.</summary>
    public long Run(Guid jobId, string json)
    {
        var second = work.Now.ToUnixTimeSeconds() * 1000;
        return Told(work.Session.Number("run_event_insert", ("job_id", jobId), ("at", work.Now), ("second", second), ("data", json)));
    }

    /// <summary>Looks at a bounded part of what is kept, so that a filter that fits nothing costs no more than one that fits all.</summary>
    public EventPage After(long after, EventFilter filter, int limit)
    {
        var prunedTo = work.Session.Number("counter", ("name", "events_pruned_to"));
        var newest = Last();
        if (after < prunedTo || after > newest)
        {
            // An id from the future comes from a database that is no longer this one.
            return new EventPage([], Reset: true, newest);
        }

        var upTo = filter.JobId is null ? Math.Min(newest, after + Window) : newest;
        var events = work.Session.Many(filter.JobId is null ? "events_after" : "events_after_of_job", Read,
            ("after", after), ("up_to", upTo), ("job_id", filter.JobId), ("project_id", filter.ProjectId), ("kind", filter.Kind), ("limit", limit));
        return new EventPage(events, Reset: false, events.Count < limit ? upTo : events[^1].Id);
    }

    public long Last() => work.Session.Number("events_last");

    public int Prune()
    {
        work.Session.Run("idempotency_prune", ("before", work.Now - KeptFor));
        work.Session.Run("answers_prune", ("before", work.Now - KeptFor));
        work.Outbox.Prune();
        var to = work.Session.Number("events_prune_to", ("before", work.Now - KeptFor), ("keep", Kept));
        var first = work.Session.Number("events_first");
        if (to < first || first == 0)
        {
            return 0;
        }

        to = Math.Min(to, first + LargestPrune - 1);

        work.Session.Run("counter_set", ("name", "events_pruned_to"), ("value", to));
        return work.Session.Run("events_prune", ("to", to));
    }

    private static StoreEvent Read(Row row) => new(
        row.Long("id"), row.Text("kind"), row.IdOrNull("project_id"), row.IdOrNull("ticket_id"), row.IdOrNull("job_id"), row.Time("at"), row.Text("data"));

    private void Add(string kind, Guid? projectId, Guid? ticketId, Guid? jobId, string data) => Told(work.Session.Number("event_insert",
        ("kind", kind), ("project_id", projectId), ("ticket_id", ticketId), ("job_id", jobId), ("at", work.Now), ("data", data)));

    private long Told(long id) => work.LastEventId = Math.Max(work.LastEventId, id);
}
