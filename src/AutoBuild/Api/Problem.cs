using System.Text.Json.Serialization;
using AutoBuild.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AutoBuild.Api;

/// <summary>Is the answer to a request that was not done, written as RFC 9457 problem details.</summary>
/// <param name="Code">Stable snake_case word, listed in <c>docs/errors.md</c>.</param>
/// <param name="Detail">What was expected and what to do.</param>
internal sealed record Problem(int Status, string Code, string Detail) : IResult
{
    /// <summary>What is wrong with each field, where that is the problem.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    public static Problem Of(Refusal refusal) => new(StatusOf(refusal.Kind), refusal.Code, refusal.Sentence);

    /// <summary>Says that there is no such thing under an id; the code is <c>job_not_found</c> and the like.</summary>
    public static Problem NotFound(string noun, Guid id) =>
        new(StatusCodes.Status404NotFound, $"{noun}_not_found", $"There is no {noun} {id}.");

    public Task ExecuteAsync(HttpContext http)
    {
        var body = new ProblemBody
        {
            Title = ReasonPhrases.GetReasonPhrase(Status),
            Status = Status,
            Detail = Detail,
            Instance = http.Request.Path,
            TraceId = RequestTrace.Of(http),
            Code = Code,
            Error = Detail,
            Errors = Errors,
        };
        http.Response.StatusCode = Status;
        if (Status == StatusCodes.Status429TooManyRequests && http.Response.Headers.RetryAfter.Count == 0)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        return http.Response.WriteAsJsonAsync(body, ApiJson.Context.ProblemBody, "application/problem+json", http.RequestAborted);
    }

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
    };
}

/// <summary>Is a problem as the wire shows it.</summary>
internal sealed record ProblemBody
{
    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    public required string Instance { get; init; }

    /// <summary>Names the request in the server's log.</summary>
    public required string TraceId { get; init; }

    public required string Code { get; init; }

    /// <summary>The sentence of <see cref="Detail"/> again, for clients that read it here.</summary>
    public required string Error { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
}
