using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using AutoBuild.Contract;
using AutoBuild.Core.Events;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class JobOutputEndpoints
{
    private const int LargestSlice = 8 * 1024 * 1024;
    private const int UsualSlice = 1024 * 1024;

    public static void MapJobOutput(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/jobs/{id}").WithTags("jobs");
        jobs.MapGet("/logs", Events).ProducesEvents([EventKinds.Job, EventKinds.Run], EventShapes.Lines).Produces(204).WithMetadata(new Lasting()).Refuses(404, "job_not_found");
        jobs.MapGet("/log", Log).ProducesText("$ npm test\n2 passed, 0 failed\n").Refuses(404, "job_not_found", "attempt_not_found")
            .ProducesHeader("X-Log-Total", "Bytes of the whole output so far.").ProducesHeader("X-Log-Offset", "Where this part begins.").ProducesHeader("X-Log-Attempt", "The attempt that it is of.");
        jobs.MapGet("/log/search", Search).Produces<LogHits>().Refuses(404, "job_not_found", "attempt_not_found");
        jobs.MapGet("/diff", Diff).ProducesText("diff --git a/hello.txt b/hello.txt\n--- /dev/null\n+++ b/hello.txt\n@@ -0,0 +1 @@\n+Hello\n").Refuses(404, "job_not_found", "project_not_found").Refuses(409, RouteRefusals.OfGit);
    }

    /// <summary>Streams what happens inside a job until it is over; <c>follow=false</c> gives what there is, a JSON document a line.</summary>
    /// <param name="follow">False gives what there is and ends.</param>
    /// <param name="after">Resumes after this id; the Last-Event-ID header goes before it.</param>
    internal static async Task<IResult> Events(
        Guid id, [DefaultValue(true)] bool? follow, long? after, HttpContext http, IStore store, RunOutput output, EventFeed feed, CancellationToken cancel)
    {
        if (await store.GetJobAsync(id, cancel) is not { } job)
        {
            return Problem.NotFound("job", id);
        }

        var from = EventFeed.LastSeen(http) ?? after ?? 0;
        return follow == false
            ? TypedResults.Stream(body => WriteAsync(output.Events(job, from), body, cancel), "application/x-ndjson")
            : await feed.FollowJobAsync(http, job, from, cancel);
    }

    /// <summary>Returns raw output, as bytes: a range, or the last bytes. The headers X-Log-Total, X-Log-Offset and X-Log-Attempt tell what it is a part of.</summary>
    /// <param name="attempt">Default: the newest.</param>
    /// <param name="offset">From this byte on; default 0.</param>
    /// <param name="line">From this line on, counted from 1, instead of an offset.</param>
    /// <param name="limit">Bytes, at most 8 MiB; default 1 MiB.</param>
    /// <param name="tail">The last so many bytes, from the start of a line on.</param>
    internal static async Task<IResult> Log(
        Guid id, int? attempt, [Range(0, long.MaxValue)] long? offset, [Range(1, long.MaxValue)] long? line,
        [Range(1, LargestSlice), DefaultValue(UsualSlice)] int? limit, [Range(1, LargestSlice)] int? tail, HttpContext http, RunOutput output, CancellationToken cancel)
    {
        var fields = new Fields();
        fields.Between("offset", offset, 0, long.MaxValue);
        fields.Between("line", line, 1, long.MaxValue);
        fields.Between("limit", limit, 1, LargestSlice);
        fields.Between("tail", tail, 1, LargestSlice);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var slice = tail is { } bytes
            ? await output.TailAsync(id, attempt, bytes, cancel)
            : line is { } first ? await output.LinesAsync(id, attempt, first, limit ?? UsualSlice, cancel)
            : await output.LogAsync(id, attempt, offset ?? 0, limit ?? UsualSlice, cancel);
        if (!slice.Done)
        {
            return Problem.Of(slice.Refusal);
        }

        http.Response.Headers["X-Log-Total"] = slice.Value.Total.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["X-Log-Offset"] = slice.Value.Offset.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["X-Log-Attempt"] = slice.Value.Attempt.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Bytes(slice.Value.Bytes, "text/plain; charset=utf-8");
    }

    /// <summary>Finds lines of the raw output that contain a text, case ignored.</summary>
    /// <param name="q">The text.</param>
    /// <param name="limit">Lines at most.</param>
    internal static async Task<IResult> Search(
        Guid id, [Required, MinLength(1), MaxLength(1000)] string? q, int? attempt, [Range(1, 1000), DefaultValue(100)] int? limit, RunOutput output, CancellationToken cancel)
    {
        var fields = new Fields();
        var text = fields.Required("q", q, 1000);
        var most = fields.Between("limit", limit, 1, 1000) ?? 100;
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var hits = await output.SearchAsync(id, attempt, text, most, cancel);
        return hits.Done ? TypedResults.Ok(new LogHits(hits.Value)) : Problem.Of(hits.Refusal);
    }

    /// <summary>Returns the unified difference of the job's branch against its base.</summary>
    internal static async Task<IResult> Diff(Guid id, RunOutput output, CancellationToken cancel)
    {
        var diff = await output.DiffAsync(id, cancel);
        return diff.Done ? TypedResults.Text(diff.Value, "text/plain", Encoding.UTF8) : Problem.Of(diff.Refusal);
    }

    private static async Task WriteAsync(IEnumerable<RunLine> lines, Stream body, CancellationToken cancel)
    {
        foreach (var line in lines)
        {
            await body.WriteAsync(Encoding.UTF8.GetBytes(RunLines.Write(line) + "\n"), cancel);
        }
    }
}

internal sealed record LogHits(IReadOnlyList<LogHit> Hits);
