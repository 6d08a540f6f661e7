using AutoBuild.Core;
using AutoBuild.Core.Store;

namespace AutoBuild.Storage;

/// <summary>Makes creating calls repeatable: the key is stored in the transaction that makes the thing.</summary>
internal sealed class IdempotencyWork(UnitOfWork work)
{
    private const int LongestKey = 200;

    /// <summary>Makes the thing, or finds what the same key has made.</summary>
    public Result<Created<T>> Once<T>(IdempotencyKey? key, Func<Guid, T?> find, Func<Result<T>> make, Func<T, Guid> id)
        where T : class => key is null ? Made(make()) : Find(key, find) ?? Remember(key, make(), id);

    /// <summary>Finds what the key has made, or why it can't be used; null where it is new.</summary>
    public Result<Created<T>>? Find<T>(IdempotencyKey key, Func<Guid, T?> find)
        where T : class
    {
        if (key.Key.Length is 0 or > LongestKey)
        {
            return (Result<Created<T>>)new Refusal(RefusalKind.Invalid, "idempotency_key_invalid", $"An idempotency key has 1 to {LongestKey} characters.");
        }

        var known = work.Session.One("idempotency", row => new Known(row.Text("request_hash"), row.Id("made_id")),
            ("principal", key.Principal), ("route", key.Route), ("key", key.Key));
        return known is null ? default(Result<Created<T>>?) : Again(key, known, find);
    }

    /// <summary>Finds what was answered to the key; null where it is new.</summary>
    public Result<KeptAnswer?> FindAnswer(IdempotencyKey key)
    {
        var known = work.Session.One("answer", row => (object)(row.Text("request_hash"), new KeptAnswer(row.Int("status"), row.TextOrNull("location"), row.Text("body"))),
            ("principal", key.Principal), ("route", key.Route), ("key", key.Key));
        return known switch
        {
            (string hash, KeptAnswer) when hash != key.RequestHash => Reused(key),
            (string, KeptAnswer answer) => answer,
            _ => default(KeptAnswer),
        };
    }

    public int Keep(IdempotencyKey key, KeptAnswer answer) => work.Session.Run("answer_insert",
        ("principal", key.Principal), ("route", key.Route), ("key", key.Key), ("request_hash", key.RequestHash),
        ("status", answer.Status), ("location", answer.Location), ("body", answer.Body), ("now", work.Now));

    private static Refusal Reused(IdempotencyKey key) =>
        new(RefusalKind.Conflict, "idempotency_key_reused", $"The key {key.Key} was used for another request; take a new key.");

    private static Result<Created<T>> Made<T>(Result<T> made) => made.Done ? new Created<T>(made.Value, false) : made.Refusal;

    private static Result<Created<T>> Again<T>(IdempotencyKey key, Known known, Func<Guid, T?> find)
        where T : class
    {
        if (known.RequestHash != key.RequestHash)
        {
            return Reused(key);
        }

        return find(known.MadeId) is { } found
            ? new Created<T>(found, true)
            : new Refusal(RefusalKind.NotFound, "made_and_gone", "What this key made has been dropped since.");
    }

    private Result<Created<T>> Remember<T>(IdempotencyKey key, Result<T> made, Func<T, Guid> id)
    {
        if (made.Done)
        {
            work.Session.Run("idempotency_insert", ("principal", key.Principal), ("route", key.Route), ("key", key.Key),
                ("request_hash", key.RequestHash), ("made_id", id(made.Value)), ("now", work.Now));
        }

        return Made(made);
    }

    private sealed record Known(string RequestHash, Guid MadeId);
}
