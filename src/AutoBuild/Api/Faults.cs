using System.Text.Json;
using AutoBuild.Core;
using AutoBuild.Hosting;
using AutoBuild.Workspaces;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Api;

/// <summary>Turns whatever goes wrong into a problem with a stable code; a stack trace goes to the log alone.</summary>
internal sealed partial class Faults(DataDirectory data, ILogger<Faults> log)
{
    /// <summary>Codes whose sentence speaks of our own code or statements, which is for the log.</summary>
    private static readonly string[] Ours = ["store_failed", "document_invalid", "statement_missing", "unknown_input", "unknown_outcome", "stale_write"];


    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null } && Empty(http) is { } problem)
            {
                await problem.ExecuteAsync(http);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody reads an answer.
        }
        catch (Exception fault) when (fault is ConnectionResetException or ConnectionAbortedException)
        {
            // It went while it was being read from.
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            await Explain(http, fault).ExecuteAsync(http);
        }
    }

    /// <summary>Says what an answer without a body means.</summary>
    private static Problem? Empty(HttpContext http) => http.Response.StatusCode switch
    {
        400 => QueryFaults.Find(http) ?? NoObject,
        404 => new Problem(404, "route_not_found", $"There is no {http.Request.Path} here; the routes are listed at /openapi/v1.json."),
        405 => new Problem(405, "method_not_allowed", $"{http.Request.Path} takes {http.Response.Headers.Allow}, not {http.Request.Method}."),
        413 => TooLarge,
        415 => NotJson,
        _ => null,
    };

    private Problem Explain(HttpContext http, Exception fault) => fault switch
    {
        BadHttpRequestException bad => Explain(bad),
        AutoBuildException { Code: "cursor_invalid" } known => new Problem(400, known.Code, known.Message),
        AutoBuildException { Code: "disk_full" } known => Logged(http, known, new Problem(507, known.Code, Sentence(http, known.Code, known.Message))),
        _ when DiskSpace.IsExhausted(fault) => Logged(http, fault, new Problem(507, "disk_full", "No space is left on the server's disk. Nothing was half-written; free some space and try again.")),
        AutoBuildException known => Logged(http, known, new Problem(500, known.Code, Sentence(http, known.Code, known.Message))),
        WorkspaceException known => Logged(http, known, new Problem(500, known.Code, Sentence(http, known.Code, known.Message))),
        _ => Logged(http, fault, new Problem(500, "internal_error", Broken(http))),
    };

    // Where things lie on the server's machine is nobody else's business.
    private string Sentence(HttpContext http, string code, string sentence) =>
        Ours.Contains(code) ? Broken(http) : sentence.Replace(data.Path, "DATA", StringComparison.Ordinal);

    private static string Broken(HttpContext http) =>
        $"Something broke in the server. Its log, logs/server.log in the data directory, has the cause under {RequestTrace.Of(http)}.";

    private static Problem Explain(BadHttpRequestException bad) => bad switch
    {
        { InnerException: JsonException json } => Unreadable(json),
        { StatusCode: 408 } => new Problem(408, "request_too_slow", "The body came too slowly, or not at all; send it again."),
        { StatusCode: 413 } => TooLarge,
        { StatusCode: 415 } => NotJson,
        _ => NoObject,
    };

    public static Problem Unreadable(JsonException fault)
    {
        var field = fault.Path?.TrimStart('$', '.') ?? "";
        if (field.Length == 0 || !IsWhole(fault))
        {
            return new Problem(400, "body_invalid", $"The body is no readable JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine}); expected one object.");
        }

        var sentence = fault.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)
            ? "the value is of the wrong type." : fault.Message;
        return new Problem(400, "body_invalid", $"{field}: {sentence}") { Errors = new Dictionary<string, string[]> { [field] = [sentence] } };
    }

    // Broken syntax carries the reader's own exception inside; a value of the wrong type does not.
    private static bool IsWhole(JsonException fault) => fault.InnerException is not JsonException;

    private Problem Logged(HttpContext http, Exception fault, Problem problem)
    {
        LogFault(fault, http.Request.Method, http.Request.Path, RequestTrace.Of(http));
        return problem;
    }

    public static readonly Problem TooLarge = new(413, "body_too_large", "The body is larger than 10 MB; send less.");

    private static readonly Problem NoObject = new(400, "body_invalid", "Expected a JSON object as the request's body.");

    private static readonly Problem NotJson = new(415, "content_type_invalid", "Send the body as JSON, with 'Content-Type: application/json'.");

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed ({Trace})")]
    private partial void LogFault(Exception fault, string method, string path, string trace);
}
