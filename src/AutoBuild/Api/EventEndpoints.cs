using AutoBuild.Contract;
using AutoBuild.Core.Events;
using AutoBuild.Core.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder api) =>
        api.MapGet("/events", Follow).WithTags("events").WithMetadata(new Lasting())
            .ProducesEvents([.. EventKinds.All, EventShapes.Reset]);

    /// <summary>Streams every change that a dashboard shows. A reader without a past begins with what is new.</summary>
    /// <param name="after">Resumes after this id; the Last-Event-ID header goes before it.</param>
    /// <param name="kind">Such as <c>job.changed</c>; default all.</param>
    internal static async Task<IResult> Follow(
        long? after, [FromQuery(Name = "project_id")] string? project, [FromQuery(Name = "job_id")] string? job,
        [Words(EventKinds.Project, EventKinds.Ticket, EventKinds.Job, EventKinds.Run, EventKinds.Landing, EventKinds.Worktree, EventKinds.Quota, EventKinds.Queue, EventKinds.Radar)] string? kind,
        HttpContext http, EventFeed feed, CancellationToken cancel)
    {
        var fields = new Fields();
        var filter = new EventFilter(fields.OptionalId("job_id", job), fields.OptionalId("project_id", project), fields.Among("kind", kind, EventKinds.All));
        return fields.Problem as IResult ?? await feed.FollowAsync(http, filter, EventFeed.LastSeen(http) ?? after, cancel);
    }
}
