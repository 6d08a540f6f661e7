using System.ComponentModel.DataAnnotations;
using AutoBuild.Contract;
using AutoBuild.Core.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class ContextEndpoints
{
    public static void MapContext(this IEndpointRouteBuilder api) =>
        api.MapPost("/context", Get).WithTags("search").At(Ports.Both).Produces<TaskContext>().Refuses(404, "project_not_found").WithMetadata(new Needs(Configuration.Role.Viewer), new Asking());

    /// <summary>Returns what a task should start with, never over its budget; what stands in it is data of the repository and of earlier runs.</summary>
    internal static async Task<IResult> Get(ContextBody body, IMemory memory, KnownProjects projects, CancellationToken cancel)
    {
        var fields = new Fields();
        var request = body.Read(fields);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        return await projects.HasAsync(request.Project, cancel) ? (await memory.ContextAsync(request, cancel)).Answer() : Problem.NotFound("project", request.Project);
    }
}

/// <summary>Is the body that asks for the context of a task.</summary>
internal sealed record ContextBody
{
    [Required, Uuid]
    public string? ProjectId { get; init; }

    /// <summary>The ticket's text.</summary>
    [Required, MinLength(1), MaxLength(Fields.LongestText)]
    public string? TaskDescription { get; init; }

    /// <summary>Tokens of the whole text; default 2,000.</summary>
    [Range(0, int.MaxValue)]
    public int? MaxTokens { get; init; }

    /// <summary>Default true.</summary>
    public bool? IncludePatterns { get; init; }

    /// <summary>The commit that the work starts from; default: the default branch.</summary>
    [MaxLength(200)]
    public string? Commit { get; init; }

    /// <summary>The job that it is for, so that its use can be measured.</summary>
    [Uuid]
    public string? JobId { get; init; }

    /// <summary>The attempt of that job.</summary>
    [Range(0, int.MaxValue)]
    public int? Attempt { get; init; }

    public ContextRequest Read(Fields fields) => new(fields.Id("project_id", ProjectId), fields.Required("task_description", TaskDescription, Fields.LongestText))
    {
        MaxTokens = fields.Between("max_tokens", MaxTokens, 0, int.MaxValue) ?? 2000,
        IncludePatterns = IncludePatterns ?? true,
        Commit = fields.Text("commit", Commit, 200),
        Job = fields.OptionalId("job_id", JobId),
        Attempt = fields.Between("attempt", Attempt, 0, int.MaxValue) ?? 0,
    };
}
