using System.ComponentModel;
using AutoBuild.Contract;
using AutoBuild.Core.Landings;
using AutoBuild.Orchestrator.Landings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class RadarEndpoints
{
    public static void MapRadar(this IEndpointRouteBuilder api) => api.MapGet("/radar", Get).WithTags("landings").Produces<RadarPicture>()
        .Refuses(404, "project_not_found").Refuses(409, RouteRefusals.OfGit);

    /// <summary>Shows which open branches of a project collide, with each other and with their target, and in which files.</summary>
    internal static async Task<IResult> Get(
        [FromQuery(Name = "project_id")] string? project, [FromQuery(Name = "target_branch")] [Description("Default: the project's default branch.")] string? target, Radar radar, CancellationToken cancel)
    {
        var fields = new Fields();
        var id = fields.Id("project_id", project);
        fields.Branch("target_branch", target);
        return fields.Problem ?? (await radar.LookAsync(id, target, cancel)).Answer();
    }
}
