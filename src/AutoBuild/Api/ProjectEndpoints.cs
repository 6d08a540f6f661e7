using System.ComponentModel.DataAnnotations;
using AutoBuild.Configuration;
using AutoBuild.Contract;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Projects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class ProjectEndpoints
{
    public static void MapProjects(this IEndpointRouteBuilder api)
    {
        var projects = api.MapGroup("/projects").WithTags("projects");
        projects.MapGet("", List).Produces<ProjectList>();
        projects.MapPost("", Create).Produces<Project>(201).WithMetadata(new KeyKept())
            .Refuses(400, ["repository_unreachable", "source_invalid", .. RouteRefusals.OfGit]).Refuses(409, "project_exists");
        projects.MapGet("/{id}", Get).Produces<Project>().Refuses(404, "project_not_found");
        projects.MapPatch("/{id}", Update).Produces<Project>().Refuses(404, "project_not_found").Example(() => new ProjectChange { MaxParallelAgents = 5, Landing = "manual" });
        projects.MapDelete("/{id}", Delete).Produces<Message>().Refuses(404, "project_not_found").Refuses(409, "project_busy");
        projects.MapPost("/{id}/restore", Restore).Produces<Project>().Refuses(404, "project_not_found");
        projects.MapGet("/{id}/status", Status).Produces<ProjectStatus>().Refuses(404, "project_not_found").Refuses(409, RouteRefusals.OfGit);
        projects.MapPost("/{id}/sync", Sync).Produces<Synced>().WithMetadata(new Lasting()).Refuses(400, "checkout_missing").Refuses(404, "project_not_found")
            .Refuses(409, ["busy_checkout", "checked_out_elsewhere", "directory_missing", "dirty_checkout", "diverged", "sync_conflict", "sync_red", "tip_busy", .. RouteRefusals.OfGit]);
    }

    /// <summary>Lists projects.</summary>
    /// <param name="deleted">Lists those that are deleted and can be restored instead.</param>
    /// <param name="source">Only those whose repo_path, repo_url or github_repo_full_name is this.</param>
    internal static async Task<IResult> List(
        int? limit, string? cursor, bool? deleted, [MaxLength(4000)] string? source, IStore store, CancellationToken cancel)
    {
        var fields = new Fields();
        var request = new ListQuery(limit, cursor).Read(fields);
        fields.Text("source", source, 4000);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var page = await store.ListProjectsAsync(new ProjectFilter(deleted ?? false, source), request, cancel);
        return TypedResults.Ok(new ProjectList(page.Items, page.NextCursor));
    }

    /// <summary>Takes a repository in.</summary>
    internal static async Task<IResult> Create(
        ProjectBody body, HttpContext http, Settings settings, ProjectRegistry registry, OrchestratorOptions options, CancellationToken cancel)
    {
        var fields = new Fields { Agents = options.Agents.Names };
        var project = body.ReadNew(fields, settings.Landing.Policy);
        if ((fields.Problem ?? Caller.Of(http).RefusePlace(body.Place)) is { } problem)
        {
            return problem;
        }

        var made = await registry.CreateAsync(project, Idempotency.Of(http), cancel);
        if (!made.Done)
        {
            return Problem.Of(made.Refusal);
        }

        Idempotency.Tell(http, made.Value.Replayed);
        return TypedResults.Created($"/api/v1/projects/{made.Value.Value.Id}", made.Value.Value);
    }

    /// <summary>Returns one project.</summary>
    internal static async Task<IResult> Get(Guid id, IStore store, CancellationToken cancel) =>
        (await store.GetProjectAsync(id, cancel)).Answer("project", id);

    /// <summary>Changes what the body names; the source stays what it is.</summary>
    internal static async Task<IResult> Update(Guid id, ProjectChange body, IStore store, OrchestratorOptions options, CancellationToken cancel)
    {
        var fields = new Fields { Agents = options.Agents.Names };
        var patch = body.ReadPatch(fields);
        return fields.Problem ?? (await store.UpdateProjectAsync(id, patch, cancel)).Answer();
    }

    /// <summary>Deletes a project; it can be restored for seven days.</summary>
    internal static async Task<IResult> Delete(Guid id, ProjectRegistry registry, CancellationToken cancel)
    {
        var deleted = await registry.DeleteAsync(id, cancel);
        return deleted.Answer($"Project '{deleted.Value?.Name}' is deleted; until {deleted.Value?.ScheduledDeletionAt:yyyy-MM-dd} it can be restored.");
    }

    /// <summary>Takes a deletion back.</summary>
    internal static async Task<IResult> Restore(Guid id, IStore store, CancellationToken cancel) =>
        (await store.RestoreProjectAsync(id, cancel)).Answer();

    /// <summary>Shows where the integration tip stands against its origin.</summary>
    internal static async Task<IResult> Status(Guid id, ProjectRegistry registry, CancellationToken cancel) =>
        (await registry.StatusAsync(id, cancel)).Answer();

    /// <summary>Fast-forwards a checkout to what has landed; refused where it would overwrite anything.</summary>
    internal static async Task<IResult> Sync(Guid id, SyncBody? body, HttpContext http, ProjectRegistry registry, CancellationToken cancel)
    {
        var fields = new Fields();
        fields.Text("checkout", body?.Checkout, 4000);
        if ((fields.Problem ?? Caller.Of(http).RefusePlace(body?.Checkout)) is { } problem)
        {
            return problem;
        }

        var report = await registry.SyncAsync(id, body?.Checkout, cancel);
        return report.Done ? TypedResults.Ok(Synced.Of(report.Value)) : Problem.Of(report.Refusal);
    }
}

/// <summary>Names the checkout to bring up to date.</summary>
/// <param name="Checkout">Absolute path on the server's machine; default: the project's <c>repo_path</c>.</param>
internal sealed record SyncBody([property: MaxLength(4000)] string? Checkout = null);

/// <summary>Answers a sync.</summary>
/// <param name="Outcome">updated or up_to_date.</param>
/// <param name="Commit">Where the branch stands now.</param>
internal sealed record Synced(string Message, [property: Words("updated", "up_to_date")] string Outcome, string Checkout, string Branch, string? From, string Commit, bool FilesUpdated)
{
    public static Synced Of(SyncReport report)
    {
        var message = !report.Changed ? $"{report.Checkout} is up to date."
            : report.FilesUpdated ? $"{report.Checkout} now stands at {report.To}."
            : $"Branch {report.Branch} of {report.Checkout} now stands at {report.To}; another branch is checked out, so no file changed.";
        return new Synced(message, report.Changed ? "updated" : "up_to_date", report.Checkout, report.Branch, report.From, report.To, report.FilesUpdated);
    }
}
