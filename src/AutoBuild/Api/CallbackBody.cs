using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoBuild.Contract;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Api;

/// <summary>Is what a run says of its end. Members it does not know are ignored.</summary>
internal sealed partial record CallbackBody
{
    /// <summary>May be missing where ticket_id is there: then the open attempt of the ticket's job is meant.</summary>
    [Uuid]
    public string? JobId { get; init; }

    [Range(1, int.MaxValue)]
    public int? Attempt { get; init; }

    [Uuid]
    public string? TicketId { get; init; }

    /// <summary>success, no_changes, qa_failed or error.</summary>
    [Required, Words<CallbackStatus>]
    public string? Status { get; init; }

    [Url, MaxLength(2000)]
    public string? PrUrl { get; init; }

    [Range(1, int.MaxValue)]
    public int? PrNumber { get; init; }

    public bool? QaPassed { get; init; }

    /// <summary>The checks with their results, as a job shows them.</summary>
    public QaReport? Qa { get; init; }

    /// <summary>The sender's own name for the run; makes an otherwise equal report of another run a different one.</summary>
    [MaxLength(200)]
    public string? RunId { get; init; }

    public CallbackFault? Error { get; init; }

    public RunUsage? Usage { get; init; }

    private static readonly string[] MayBeEmpty = ["job_id", "attempt", "ticket_id", "pr_url", "pr_number", "qa_passed", "qa", "run_id", "error", "usage"];

    /// <summary>Reads a body, also as the original plan's workflow writes it: numbers and booleans as strings, nothing as an empty string or as no value at all.</summary>
    /// <exception cref="JsonException">It is no object, or a value is of a wrong type.</exception>
    public static CallbackBody Parse(string text)
    {
        // Without a variable set, that workflow writes nothing between the colon and the comma.
        var mended = NoValue().Replace(text, "$1null");
        var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
        var json = JsonNode.Parse(mended, documentOptions: options) as JsonObject ?? throw new JsonException("expected one object.");
        foreach (var name in MayBeEmpty.Where(name => json[name] is JsonValue value && value.TryGetValue(out string? word) && word.Length == 0))
        {
            json[name] = null;
        }

        if (json["qa_passed"] is JsonValue passed && passed.TryGetValue(out string? flag) && bool.TryParse(flag, out var was))
        {
            json["qa_passed"] = was;
        }

        if (json["run_id"] is JsonValue run && run.GetValueKind() == JsonValueKind.Number)
        {
            json["run_id"] = run.ToJsonString();
        }

        if (json["error"] is JsonValue error && error.TryGetValue(out string? sentence))
        {
            json["error"] = new JsonObject { ["message"] = sentence };
        }

        return json.Deserialize(ApiJson.Context.CallbackBody) ?? throw new JsonException("expected one object.");
    }

    [GeneratedRegex("""("qa_passed"\s*:\s*)(?=[,}])""")]
    private static partial Regex NoValue();
}

/// <summary>Says why a run failed; a mere text is read as its message.</summary>
internal sealed record CallbackFault
{
    /// <summary>A stable word, such as agent_crashed; quota, rate_limit and timeout are treated as what they are. Default agent_error.</summary>
    public string? Code { get; init; }

    [MaxLength(10_000)]
    public string? Message { get; init; }

    /// <summary>False where trying again can't help; default true.</summary>
    public bool? Retry { get; init; }

    /// <summary>When the quota is back.</summary>
    public DateTimeOffset? ResetAt { get; init; }
}

/// <summary>Answers a callback that was taken, and the same callback whenever it comes again.</summary>
internal sealed record CallbackAccepted(Guid JobId, int Attempt, CallbackStatus Status, string Message);

internal sealed record CallbackList(IReadOnlyList<Delivery> Callbacks, IReadOnlyList<ReceivedCallback> Received, string? NextCursor);

/// <summary>Is what an attempt shows to report its end from elsewhere.</summary>
internal sealed record AttemptToken(Guid JobId, int Attempt, string Token);
