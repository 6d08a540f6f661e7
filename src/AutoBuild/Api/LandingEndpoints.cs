using System.ComponentModel.DataAnnotations;
using AutoBuild.Contract;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Landings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class LandingEndpoints
{
    public static void MapLandings(this IEndpointRouteBuilder api)
    {
        var landings = api.MapGroup("/landings").WithTags("landings");
        landings.MapGet("", List).Produces<LandingList>();
        landings.MapPost("/pause", Pause).Produces<Message>().Refuses(404, "project_not_found").Refuses(409, RouteRefusals.OfGit);
        landings.MapPost("/resume", Resume).Produces<Message>().Refuses(404, "project_not_found").Refuses(409, RouteRefusals.OfGit);
        landings.MapGet("/{id}", Get).Produces<Landing>().Refuses(404, "landing_not_found");
        landings.MapPost("/{id}/requeue", Requeue).Produces<Landing>().Refuses(404, "landing_not_found").Refuses(409, "illegal_landing_transition");
        landings.MapPost("/{id}/eject", Eject).Produces<Landing>().Refuses(404, "landing_not_found").Refuses(409, "illegal_landing_transition");
        landings.MapPost("/{id}/resolve", LandingResolve.Resolve).Produces<Landing>()
            .Refuses(400, ["answer_not_encodable", "answer_too_long", "chunk_missing", "commit_missing", "file_not_in_conflict", "merge_unresolved", "path_escapes", "proposal_missing", "resolution_missing", "side_missing", .. RouteRefusals.OfGit])
            .Refuses(404, "landing_not_found", "project_not_found").Refuses(409, "answer_doubtful", "conflict_changed", "illegal_landing_transition", "not_in_conflict", "work_dropped");
        landings.MapPost("/{id}/move", Move).Produces<Landing>().Refuses(404, "landing_not_found").Refuses(409, "landing_not_queued", "landing_under_way", "other_train");
    }

    /// <summary>Lists landings, newest first, without the texts of their conflicts.</summary>
    internal static async Task<IResult> List(
        int? limit, string? cursor, [FromQuery(Name = "project_id")] string? project, [FromQuery(Name = "job_id")] string? job, [Words<LandingState>] string? state,
        IStore store, CancellationToken cancel)
    {
        var fields = new Fields();
        var request = new ListQuery(limit, cursor).Read(fields);
        var filter = new LandingFilter(fields.OptionalId("project_id", project), fields.OneOf<LandingState>("state", state), fields.OptionalId("job_id", job));
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var page = await store.ListLandingsAsync(filter, request, cancel);
        return TypedResults.Ok(new LandingList([.. page.Items.Select(landing => landing.WithoutTexts())], page.NextCursor));
    }

    /// <summary>Returns one landing.</summary>
    internal static async Task<IResult> Get(Guid id, IStore store, CancellationToken cancel) =>
        (await store.GetLandingAsync(id, cancel)).Answer("landing", id);

    /// <summary>Tries a landing that stands in conflict, red or ejected again.</summary>
    internal static async Task<IResult> Requeue(Guid id, LandingDesk desk, CancellationToken cancel) =>
        (await desk.RequeueAsync(id, cancel)).Answer();

    /// <summary>Takes a landing off the train.</summary>
    internal static async Task<IResult> Eject(Guid id, ReasonBody? body, HttpContext http, LandingDesk desk, CancellationToken cancel)
    {
        var fields = new Fields();
        fields.Text("reason", body?.Reason, 1000);
        return fields.Problem ?? (await desk.EjectAsync(id, body?.Reason ?? $"Ejected by {Caller.Of(http).Name}.", cancel)).Answer();
    }

    /// <summary>Moves a waiting landing within its train; the one that is being merged stays at the head.</summary>
    internal static async Task<IResult> Move(Guid id, MoveBody body, LandingDesk desk, CancellationToken cancel)
    {
        var fields = new Fields();
        var place = new TrainPlace(fields.OptionalId("before", body.Before), fields.OptionalId("after", body.After), fields.Between("position", body.Position, 1, int.MaxValue));
        if (new object?[] { body.Before, body.After, body.Position }.Count(given => given is not null) != 1)
        {
            fields.Add("position", "expected one of before and after (the id of a landing on the same train) and position (counted from 1 among those that wait).");
        }

        return fields.Problem ?? (await desk.MoveAsync(id, place, cancel)).Answer();
    }

    /// <summary>Lets the train of a target branch stand.</summary>
    internal static Task<IResult> Pause(TrainBody body, LandingDesk desk, CancellationToken cancel) =>
        SetPausedAsync(body, desk.PauseAsync, "stands until it is resumed", cancel);

    /// <summary>Lets the train of a target branch go on.</summary>
    internal static Task<IResult> Resume(TrainBody body, LandingDesk desk, CancellationToken cancel) =>
        SetPausedAsync(body, desk.ResumeAsync, "goes on", cancel);

    private static async Task<IResult> SetPausedAsync(
        TrainBody body, Func<Guid, string?, CancellationToken, Task<Core.Result<bool>>> set, string now, CancellationToken cancel)
    {
        var fields = new Fields();
        var project = fields.Id("project_id", body.ProjectId);
        fields.Branch("target_branch", body.TargetBranch);
        return fields.Problem ?? (await set(project, body.TargetBranch, cancel)).Answer($"The train of {body.TargetBranch ?? "the default branch"} {now}.");
    }
}

/// <summary>Names a train.</summary>
/// <param name="TargetBranch">Default: the project's default branch.</param>
internal sealed record TrainBody([property: Required, Uuid] string? ProjectId, string? TargetBranch = null);

/// <summary>Says why; the body may be left out.</summary>
internal sealed record ReasonBody([property: MaxLength(1000)] string? Reason = null);

/// <summary>Says where a landing goes, by one of the three.</summary>
/// <param name="Before">The id of a landing on the same train.</param>
/// <param name="After">The id of a landing on the same train.</param>
/// <param name="Position">Among those that wait, counted from 1; beyond the end is last.</param>
internal sealed record MoveBody([property: Uuid] string? Before = null, [property: Uuid] string? After = null, [property: Range(1, int.MaxValue)] int? Position = null);
