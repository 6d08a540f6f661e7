using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AutoBuild.Configuration;
using AutoBuild.Contract;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Callbacks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static partial class CallbackEndpoints
{
    private const int Largest = 256 << 10;
    private const long MostTokens = 1_000_000_000_000;
    private const int LongestWord = 200;
    private const int LongestMessage = 10_000;

    public static void MapCallbacks(this IEndpointRouteBuilder api)
    {
        var callbacks = api.MapGroup("").WithTags("callbacks");
        callbacks.MapPost("/callback", Receive).Produces<CallbackAccepted>().WithMetadata(new OwnBearer(), new TakesBody(typeof(CallbackBody)))
            .Refuses(400, "callback_mismatch").Refuses(404, "job_not_found")
            .Refuses(409, "callback_differs", "callback_too_soon", "job_already_finished", "job_cancelled", "no_open_attempt", "stale_attempt", "stale_fence");
        callbacks.MapGet("/jobs/{id}/callbacks", List).Produces<CallbackList>().Refuses(404, "job_not_found");
        callbacks.MapPost("/jobs/{id}/callbacks/{delivery}/redeliver", Redeliver).Produces<Delivery>().Refuses(404, "callback_not_found");
        callbacks.MapGet("/jobs/{id}/callback-token", Token).Produces<AttemptToken>().WithMetadata(new Needs(Role.Admin)).Refuses(404, "job_not_found").Refuses(409, "no_open_attempt");
    }

    /// <summary>Takes the end of a run that was followed by nobody here.</summary>
    /// <remarks>The bearer is the job's callback_secret, the token of the attempt, or a token with the role admin. Instead of a bearer, a signature with callback_secret will do.</remarks>
    internal static async Task<IResult> Receive(HttpContext http, TokenCheck access, CallbackDesk desk, CancellationToken cancel)
    {
        var bearer = TokenCheck.BearerOf(http.Request.Headers.Authorization);
        var caller = access.Find(http.Request.Headers.Authorization);
        var signature = Header(http, CallbackSignature.Header);
        if (bearer is null && caller is null && signature is null)
        {
            return new Stranger(access);
        }

        if (caller is { Role: < Role.Admin })
        {
            return new Problem(StatusCodes.Status403Forbidden, "role_missing", "A callback ends a job, so it needs the job's callback_secret, the token of its attempt, or a token with the role admin.");
        }

        var (claim, problem) = await ReadAsync(http, cancel);
        if (claim is null)
        {
            return problem!;
        }

        var taken = await desk.TakeAsync(claim with { Bearer = bearer, Admin = caller is not null, Signature = signature, Timestamp = Header(http, CallbackSignature.TimeHeader) }, cancel);
        return taken switch
        {
            null => new Stranger(access),
            { Refusal: { } refusal } => Problem.Of(refusal),
            { Value: var callback } => TypedResults.Ok(new CallbackAccepted(callback!.JobId, callback.Attempt, callback.Status, "The report is taken.")),
        };
    }

    /// <summary>Lists the callbacks of a job: what is owed to its receiver, and what came from its runs.</summary>
    internal static async Task<IResult> List(Guid id, IStore store, CancellationToken cancel) => await store.GetJobAsync(id, cancel) is null
        ? Problem.NotFound("job", id)
        : TypedResults.Ok(new CallbackList(await store.ListDeliveriesAsync(id, cancel), await store.ListReceivedCallbacksAsync(id, cancel), null));

    /// <summary>Sends a callback again, delivered or given up; it keeps its delivery id.</summary>
    internal static async Task<IResult> Redeliver(Guid id, [Description("The delivery's id, as the list shows it.")] Guid delivery, IStore store, CancellationToken cancel) =>
        (await store.RedeliverAsync(id, delivery, cancel)).Answer();

    /// <summary>Returns the token with which the open attempt of a job may report its end from elsewhere.</summary>
    internal static async Task<IResult> Token(Guid id, IStore store, AttemptTokens tokens, CancellationToken cancel) => await store.GetJobAsync(id, cancel) switch
    {
        null => Problem.NotFound("job", id),
        { State: JobState.Dispatched or JobState.Running } job => TypedResults.Ok(new AttemptToken(id, job.Attempt, tokens.Of(id, job.Attempt))),
        _ => new Problem(StatusCodes.Status409Conflict, "no_open_attempt", "No attempt of the job is open."),
    };

    private static string? Header(HttpContext http, string name) => http.Request.Headers[name] is [{ Length: > 0 } value] ? value : null;

    // Whatever the content type says: old clients name none, or a wrong one.
    private static async Task<(CallbackClaim? Claim, Problem? Problem)> ReadAsync(HttpContext http, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes, cancel);
        var raw = bytes.ToArray();
        if (raw.Length > Largest)
        {
            return (null, new Problem(StatusCodes.Status413PayloadTooLarge, "body_too_large", $"A callback is at most {Largest >> 10} KiB; shorten the output of the checks."));
        }

        CallbackBody body;
        try
        {
            body = CallbackBody.Parse(Encoding.UTF8.GetString(raw));
        }
        catch (JsonException fault)
        {
            return (null, Faults.Unreadable(fault));
        }
        catch (InvalidOperationException)
        {
            return (null, new Problem(StatusCodes.Status400BadRequest, "body_invalid", "The body holds half a character (a lone surrogate)."));
        }

        var fields = new Fields();
        var claim = Read(body, fields, raw);
        return fields.Problem is { } problem ? (null, problem) : (claim, null);
    }

    private static CallbackClaim Read(CallbackBody body, Fields fields, byte[] raw)
    {
        var job = fields.OptionalId("job_id", body.JobId);
        var ticket = fields.OptionalId("ticket_id", body.TicketId);
        if (string.IsNullOrWhiteSpace(body.JobId) && string.IsNullOrWhiteSpace(body.TicketId))
        {
            fields.Add("job_id", "expected job_id or ticket_id, both are missing.");
        }

        fields.Required("status", body.Status, LongestWord);
        if (body.PrUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            fields.Add("pr_url", $"expected an http or https address, got '{Fields.Shown(url)}'.");
        }

        fields.Text("pr_url", body.PrUrl, 2000);
        fields.Between("attempt", body.Attempt, 1, int.MaxValue);
        fields.Between("pr_number", body.PrNumber, 1, int.MaxValue);
        fields.Text("error.message", body.Error?.Message, LongestMessage);
        if (body.Error?.Code is { } code && !Word().IsMatch(code))
        {
            fields.Add("error.code", $"expected a word in snake_case, got '{Fields.Shown(code)}'.");
        }

        Check(body.Qa, fields);
        Check(body.Usage, fields);
        var status = (string.IsNullOrWhiteSpace(body.Status) ? null : fields.OneOf<CallbackStatus>("status", body.Status)) ?? CallbackStatus.Error;
        return new CallbackClaim(job, body.Attempt, ticket, status, new RunElsewhere(fields.Text("run_id", body.RunId, LongestWord), body.PrUrl, body.PrNumber))
        {
            Report = Report(body, status),
            Body = raw,
            BodyHash = Convert.ToHexStringLower(SHA256.HashData(raw)),
        };
    }

    private static void Check(QaReport? qa, Fields fields)
    {
        if (qa is not null && (qa.Commit is null || qa.Checks is null || qa.Checks.Any(check => check?.Name is null)))
        {
            fields.Add("qa", "expected verdict, commit and checks, each with a name and a status.");
        }
    }

    private static void Check(RunUsage? usage, Fields fields)
    {
        if (usage is null)
        {
            return;
        }

        long[] tokens = [usage.InputTokens, usage.CachedInputTokens, usage.CacheWriteTokens, usage.OutputTokens, usage.ReasoningTokens, usage.UnpricedTokens, usage.Turns];
        if (tokens.Any(count => count is < 0 or > MostTokens))
        {
            fields.Add("usage", $"expected counts from 0 to {MostTokens}.");
        }

        fields.Between("usage.cost_usd", usage.CostUsd, 0m, 1_000_000m);
    }

    private static RunReport Report(CallbackBody body, CallbackStatus status) => new()
    {
        JobId = Guid.Empty,
        Attempt = 0,
        Outcome = OutcomeOf(status, body.Error?.Code),
        Qa = body.Qa ?? QaOf(body),
        Usage = body.Usage ?? new RunUsage(),
        Error = status != CallbackStatus.Error ? null : new RunError(body.Error?.Code ?? "agent_error", body.Error?.Message ?? "The run reported an error and said no more.", body.Error?.Retry ?? true),
        ResetAt = body.Error?.ResetAt,
    };

    private static RunOutcome OutcomeOf(CallbackStatus status, string? code) => status switch
    {
        CallbackStatus.Success => RunOutcome.Changed,
        CallbackStatus.NoChanges => RunOutcome.NoChanges,
        CallbackStatus.QaFailed => RunOutcome.QaFailed,
        CallbackStatus.Error => code switch
        {
            "quota" or "rate_limit" => RunOutcome.Quota,
            "timeout" => RunOutcome.TimedOut,
            _ => RunOutcome.AgentError,
        },
    };

    // A word without evidence: it names no commit, so that nothing lands by itself for it.
    private static QaReport? QaOf(CallbackBody body) => body.QaPassed is { } passed
        ? new QaReport { Verdict = passed ? QaVerdict.Passed : QaVerdict.Failed, Commit = "", Source = "callback" }
        : null;

    [GeneratedRegex("^[a-z][a-z0-9_]{0,63}$")]
    private static partial Regex Word();

    private sealed class Stranger(TokenCheck access) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => access.RefuseAsync(httpContext);
    }
}

/// <summary>Marks a route that looks at the bearer itself, since it is none of the server's tokens.</summary>
internal sealed record OwnBearer;

/// <summary>Names the body of a route that reads it by itself.</summary>
internal sealed record TakesBody(Type Type);
