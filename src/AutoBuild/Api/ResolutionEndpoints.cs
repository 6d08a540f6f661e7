using AutoBuild.Contract;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class ResolutionEndpoints
{
    public static void MapResolutions(this IEndpointRouteBuilder api)
    {
        var resolutions = api.MapGroup("/projects/{id}/resolutions").WithTags("landings");
        resolutions.MapGet("", List).Produces<ResolutionList>().Refuses(404, "project_not_found");
        resolutions.MapDelete("/{resolution}", Forget).Produces<Message>().Refuses(404, "resolution_not_found");
    }

    /// <summary>Lists how conflicts of a project were settled that have landed, newest first; the same conflict is settled so again.</summary>
    internal static async Task<IResult> List(Guid id, int? limit, string? cursor, IStore store, CancellationToken cancel)
    {
        var fields = new Fields();
        var request = new ListQuery(limit, cursor).Read(fields);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (await store.GetProjectAsync(id, cancel) is null)
        {
            return Problem.NotFound("project", id);
        }

        var page = await store.ListResolutionsAsync(id, request, cancel);
        return TypedResults.Ok(new ResolutionList(page.Items, page.NextCursor));
    }

    /// <summary>Forgets how a conflict was settled; the next one like it is decided anew.</summary>
    /// <param name="resolution">The id of a past resolution, as the list of them tells it.</param>
    internal static async Task<IResult> Forget(Guid id, Guid resolution, IStore store, CancellationToken cancel)
    {
        var forgotten = await store.ForgetResolutionAsync(id, resolution, cancel);
        return forgotten.Answer($"How the conflict in {forgotten.Value?.Path} was settled is forgotten.");
    }
}

internal sealed record ResolutionList(IReadOnlyList<PastResolution> Resolutions, string? NextCursor);
