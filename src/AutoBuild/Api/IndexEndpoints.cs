using AutoBuild.Contract;
using AutoBuild.Core.Projects;
using AutoBuild.Memory.Index;
using AutoBuild.Workspaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class IndexEndpoints
{
    public static void MapIndex(this IEndpointRouteBuilder api)
    {
        var index = api.MapGroup("/index").WithTags("index").At(Ports.Both);
        index.MapPost("/repository", Repository).Produces<IndexShown>(202).Produces<IndexPlanned>().Refuses(400, "index_source_missing", "index_failed").Refuses(403, "role_missing").Refuses(404, "project_not_found");
        index.MapPost("/files", Files).Produces<FilesIndexed>().Refuses(404, "project_not_found");
        index.MapGet("/{id}", Get).Produces<IndexShown>().Refuses(404, "project_not_found");
        index.MapDelete("/{id}", Forget).Produces<Message>().Refuses(404, "project_not_found", "index_missing");
    }

    /// <summary>Begins to index a repository and answers at once; an unknown project is made. Only what is new since the last time is read. A dry run answers 200 with what would be read.</summary>
    internal static async Task<IResult> Repository(IndexBody body, HttpContext http, KnownProjects projects, MemoryIndex index, CancellationToken cancel)
    {
        var fields = new Fields();
        var request = body.Read(fields);
        if ((fields.Problem ?? Caller.Of(http).RefusePlace(request.RepoPath)) is { } problem)
        {
            return problem;
        }

        if (body.DryRun == true)
        {
            return await PlanAsync(body.ProjectId is null ? null : request.Project, request, projects, index, cancel);
        }

        var found = await projects.FindOrMakeAsync(body.ProjectId is null ? null : request.Project, request, cancel);
        if (!found.Done)
        {
            return Problem.Of(found.Refusal);
        }

        var started = index.Start(Sourced(request, found.Value));
        return started.Done
            ? TypedResults.Json(IndexShown.Of(started.Value, found.Value.Id), ApiJson.Context.IndexShown, statusCode: StatusCodes.Status202Accepted)
            : Problem.Of(started.Refusal);
    }

    private static async Task<IResult> PlanAsync(Guid? named, IndexRequest request, KnownProjects projects, MemoryIndex index, CancellationToken cancel)
    {
        var known = await projects.FindAsync(named, request, cancel);
        if (known is null && named is { } unknown && (request.RepoPath ?? request.RepoUrl) is null)
        {
            return Problem.NotFound("project", unknown);
        }

        var asked = known is null ? request with { Project = Guid.NewGuid() } : Sourced(request, known);
        try
        {
            var plan = await index.PlanAsync(asked, cancel);
            return plan.Done ? TypedResults.Ok(IndexPlanned.Of(plan.Value)) : Problem.Of(plan.Refusal);
        }
        catch (WorkspaceException fault)
        {
            return new Problem(400, "index_failed", Redaction.Of(fault.Message, "").Text);
        }
        finally
        {
            if (known is null)
            {
                // The clone that a look at an address takes.
                await index.DeleteAsync(asked.Project, CancellationToken.None);
            }
        }
    }

    /// <summary>Takes files in as they are given, beside what a repository holds.</summary>
    internal static async Task<IResult> Files(FilesBody body, KnownProjects projects, MemoryIndex index, CancellationToken cancel)
    {
        var fields = new Fields();
        var (project, files) = body.Read(fields);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        await projects.WelcomeAsync(project, cancel);
        if (!await projects.HasAsync(project, cancel))
        {
            return Problem.NotFound("project", project);
        }

        var (taken, chunks) = await index.AddFilesAsync(project, files, cancel);
        return TypedResults.Ok(new FilesIndexed(project, taken, chunks, IndexState.Completed));
    }

    /// <summary>Tells how far the index of a project is.</summary>
    /// <param name="id">The project's.</param>
    internal static async Task<IResult> Get(Guid id, KnownProjects projects, MemoryIndex index, CancellationToken cancel) => await projects.HasAsync(id, cancel)
        ? TypedResults.Ok(IndexShown.Of(index.Status(id) ?? new IndexStatus(id, IndexState.Pending), id))
        : Problem.NotFound("project", id);

    /// <summary>Forgets the index of a project; what is remembered of it stays.</summary>
    /// <param name="id">The project's.</param>
    internal static async Task<IResult> Forget(Guid id, KnownProjects projects, MemoryIndex index, CancellationToken cancel) =>
        !await projects.HasAsync(id, cancel) ? Problem.NotFound("project", id)
        : await index.DeleteAsync(id, cancel) ? TypedResults.Ok(new Message("The index is dropped."))
        : new Problem(404, "index_missing", $"Project {id} is not indexed.");

    // Where nothing is said, what the project itself is made from.
    private static IndexRequest Sourced(IndexRequest request, Project project) => request with
    {
        Project = project.Id,
        RepoPath = request.RepoPath ?? (request.RepoUrl is null ? project.RepoPath : null),
        RepoUrl = request.RepoUrl ?? (request.RepoPath is null && project.RepoPath is null ? project.RepoUrl : null),
    };
}
