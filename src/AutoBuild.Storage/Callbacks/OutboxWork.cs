using AutoBuild.Core;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Callbacks;

/// <summary>Keeps what is owed to receivers until it is delivered or given up.</summary>
internal sealed class OutboxWork(UnitOfWork work)
{
    private const int MostAtOnce = 200;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>Owes the receiver of an ended job its callback, from the very transaction that ends it.</summary>
    public void Ended(Job job)
    {
        if (job.CallbackUrl is not { } url || !Uri.TryCreate(url, UriKind.Absolute, out var address))
        {
            return;
        }

        var id = Guid.CreateVersion7(work.Now);
        var runId = work.Callbacks.Received(job.Id).LastOrDefault(received => received.Attempt == job.Attempt)?.RunId;
        var callback = JobCallback.Of(job, id, runId);
        work.Session.Run("outbox_insert", ("id", id), ("job_id", job.Id), ("event", callback.Event), ("url", url),
            ("host", address.Authority), ("body", CoreJson.Write(callback)), ("tries_left", Delivery.MostTries), ("now", work.Now));
    }

    public IReadOnlyList<Delivery> Of(Guid jobId) => work.Session.Many("outbox_of_job", Read, ("job_id", jobId));

    public IReadOnlyList<Delivery> Due(int perHost) =>
        work.Session.Many("outbox_due", Read, ("now", work.Now), ("per_host", perHost), ("limit", MostAtOnce));

    public int Tried(Guid id, DeliveryTry tried) => work.Session.Run("outbox_tried",
        ("id", id), ("status", tried.Status), ("error", tried.Error), ("next_at", tried.NextAt), ("now", work.Now));

    public Result<Delivery> Again(Guid jobId, Guid id) =>
        work.Session.Run("outbox_again", ("id", id), ("job_id", jobId), ("tries_left", Delivery.MostTries), ("now", work.Now)) == 1
            ? work.Session.One("outbox_one", Read, ("id", id))!
            : new Refusal(RefusalKind.NotFound, "callback_not_found", $"Job {jobId} has no callback {id}.");

    public int Prune() => work.Session.Run("outbox_prune", ("before", work.Now - KeptFor));

    private static Delivery Read(Row row) => new()
    {
        Id = row.Id("id"),
        JobId = row.Id("job_id"),
        Event = row.Text("event"),
        Url = row.Text("url"),
        Body = row.Text("body"),
        SealedSecret = row.TextOrNull("callback_secret"),
        Tries = row.Int("tries"),
        TriesLeft = row.Int("tries_left"),
        LastStatus = row.IntOrNull("last_status"),
        LastError = row.TextOrNull("last_error"),
        LastTriedAt = row.TimeOrNull("last_tried_at"),
        NextAt = row.TimeOrNull("next_at"),
        DeliveredAt = row.TimeOrNull("delivered_at"),
        CreatedAt = row.Time("created_at"),
    };
}
