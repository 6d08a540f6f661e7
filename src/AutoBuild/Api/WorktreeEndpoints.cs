using System.ComponentModel.DataAnnotations;
using System.Text;
using AutoBuild.Contract;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;
using AutoBuild.Orchestrator.Worktrees;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class WorktreeEndpoints
{
    public static void MapWorktrees(this IEndpointRouteBuilder api)
    {
        var worktrees = api.MapGroup("/worktrees").WithTags("worktrees");
        worktrees.MapGet("", List).Produces<WorktreeList>();
        worktrees.MapPost("", Create).Produces<Worktree>(201).Refuses(400, "branch_invalid").Refuses(404, "project_not_found", "ticket_not_found")
            .Refuses(409, ["branch_reserved", "branch_taken", "ports_exhausted", "ticket_other_project", "worktrees_full", .. RouteRefusals.OfGit]);
        worktrees.MapDelete("/{id}", Delete).Produces<Message>().Refuses(404, "worktree_not_found").Refuses(409, "illegal_worktree_transition", "worktree_busy", "worktree_dirty", "worktree_kept");
        worktrees.MapGet("/rescues", Rescues).Produces<RescueList>();
        worktrees.MapGet("/rescues/{rescue}", Show).Produces<Rescue>().Refuses(404, "project_not_found", "rescue_not_found").Refuses(409, RouteRefusals.OfGit);
        worktrees.MapDelete("/rescues/{rescue}", DropRescue).Produces<Message>().Refuses(404, "project_not_found", "rescue_not_found").Refuses(409, RouteRefusals.OfGit);
        worktrees.MapGet("/rescues/{rescue}/diff", RescueDiff).ProducesText("diff --git a/hello.txt b/hello.txt\n--- /dev/null\n+++ b/hello.txt\n@@ -0,0 +1 @@\n+Hello\n")
            .Refuses(404, "project_not_found", "rescue_not_found").Refuses(409, RouteRefusals.OfGit);
        worktrees.MapPost("/rescues/{rescue}/restore", Restore).Produces<Restored>().Refuses(400, "branch_invalid", "directory_invalid").Refuses(404, "project_not_found", "rescue_not_found")
            .Refuses(409, ["branch_reserved", "branch_taken", "ports_exhausted", "rescue_unwritable", "worktrees_full", .. RouteRefusals.OfGit]);
    }

    /// <summary>Lists working trees that are not deleted, newest first, with counts of all.</summary>
    internal static async Task<IResult> List(
        int? limit, string? cursor, [FromQuery(Name = "project_id")] string? project, IStore store, WorktreeDesk desk, CancellationToken cancel)
    {
        var fields = new Fields();
        var request = new ListQuery(limit, cursor).Read(fields);
        var id = fields.OptionalId("project_id", project);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var page = Cursor.Cut("worktrees", await store.ListWorktreesAsync(id, cancel), request, tree => (tree.CreatedAt, tree.Id.ToString()));
        return TypedResults.Ok(new WorktreeList(page.Items, await desk.StatsAsync(cancel), page.NextCursor));
    }

    /// <summary>Makes a working tree for a person.</summary>
    internal static async Task<IResult> Create(WorktreeBody body, IStore store, WorktreeDesk desk, CancellationToken cancel)
    {
        var fields = new Fields();
        var project = fields.Id("project_id", body.ProjectId);
        var ticket = fields.OptionalId("ticket_id", body.TicketId);
        var branch = fields.Branch("branch_name", fields.Required("branch_name", body.BranchName, 200))!;
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (ticket is { } named && await RefuseTicketAsync(named, project, store, cancel) is { } objection)
        {
            return objection;
        }

        var made = await desk.CreateAsync(project, ticket, branch, cancel);
        return made.Done ? TypedResults.Created($"/api/v1/worktrees/{made.Value.Id}", made.Value) : Problem.Of(made.Refusal);
    }

    private static async Task<Problem?> RefuseTicketAsync(Guid ticket, Guid project, IStore store, CancellationToken cancel) =>
        await store.GetTicketAsync(ticket, cancel) is not { } found ? Problem.NotFound("ticket", ticket)
            : found.ProjectId == project ? null
            : new Problem(StatusCodes.Status409Conflict, "ticket_other_project", "The ticket is of another project; a worktree for it belongs to its own.");

    /// <summary>Drops a working tree; refused while it holds work that is nowhere else.</summary>
    /// <param name="force">Drops it all the same, after its work was saved as a rescue.</param>
    internal static async Task<IResult> Delete(Guid id, bool? force, WorktreeDesk desk, CancellationToken cancel)
    {
        var dropped = await desk.DeleteAsync(id, force ?? false, cancel);
        return dropped.Answer($"The worktree at {dropped.Value?.Path} is dropped.");
    }

    /// <summary>Lists what was saved before something was dropped, newest first.</summary>
    internal static async Task<IResult> Rescues(
        int? limit, string? cursor, [FromQuery(Name = "project_id")] string? project, RescueDesk desk, CancellationToken cancel)
    {
        var fields = new Fields();
        var request = new ListQuery(limit, cursor).Read(fields);
        var id = fields.OptionalId("project_id", project);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var sorted = (await desk.ListAsync(id, cancel)).Select(saved => Rescue.Of(saved)).OrderByDescending(saved => saved.CreatedAt).ThenByDescending(saved => saved.Id, StringComparer.Ordinal);
        var page = Cursor.Cut("rescues", sorted, request, saved => (saved.CreatedAt, saved.Id));
        return TypedResults.Ok(new RescueList(page.Items, page.NextCursor));
    }

    /// <summary>Tells what a rescue holds: what was found, and its files.</summary>
    internal static async Task<IResult> Show(string rescue, RescueDesk desk, CancellationToken cancel)
    {
        if (Rescue.Parse(rescue) is not var (project, name))
        {
            return NoRescue(rescue);
        }

        var saved = await desk.ShowAsync(project, name, cancel);
        return saved.Done ? TypedResults.Ok(Rescue.Of(saved.Value, saved.Value.Message)) : Problem.Of(saved.Refusal);
    }

    /// <summary>Lets go of saved work, which is then gone for good.</summary>
    internal static async Task<IResult> DropRescue(string rescue, RescueDesk desk, CancellationToken cancel)
    {
        if (Rescue.Parse(rescue) is not var (project, name))
        {
            return NoRescue(rescue);
        }

        var dropped = await desk.DropAsync(project, name, cancel);
        return dropped.Answer($"The rescue {name} is gone.");
    }

    /// <summary>Writes saved work into a directory, or into a new working tree on a branch of its own.</summary>
    internal static async Task<IResult> Restore(string rescue, RestoreBody? body, HttpContext http, RescueDesk desk, CancellationToken cancel)
    {
        var fields = new Fields();
        fields.Text("directory", body?.Directory, 4000);
        fields.Text("branch_name", body?.BranchName, 200);
        if ((fields.Problem ?? Caller.Of(http).RefusePlace(body?.Directory)) is { } problem)
        {
            return problem;
        }

        if (Rescue.Parse(rescue) is not var (project, name))
        {
            return NoRescue(rescue);
        }

        var directory = body?.BranchName is { } branch
            ? await desk.RestoreOntoAsync(project, name, branch, cancel)
            : await desk.RestoreAsync(project, name, body?.Directory, cancel);
        return directory.Done ? TypedResults.Ok(new Restored(directory.Value)) : Problem.Of(directory.Refusal);
    }

    /// <summary>Returns saved work as a unified difference against what it was based on.</summary>
    internal static async Task<IResult> RescueDiff(string rescue, RescueDesk desk, CancellationToken cancel)
    {
        if (Rescue.Parse(rescue) is not var (project, name))
        {
            return NoRescue(rescue);
        }

        var diff = await desk.DiffAsync(project, name, cancel);
        return diff.Done ? TypedResults.Text(diff.Value, "text/plain", Encoding.UTF8) : Problem.Of(diff.Refusal);
    }

    private static Problem NoRescue(string rescue) =>
        new(StatusCodes.Status404NotFound, "rescue_not_found", $"There is no rescue '{Fields.Shown(rescue)}'; GET /api/v1/worktrees/rescues lists them.");
}

internal sealed record WorktreeBody(
    [property: Required, Uuid] string? ProjectId, [property: Required, MinLength(1), MaxLength(200)] string? BranchName, [property: Uuid] string? TicketId = null);

internal sealed record WorktreeList(IReadOnlyList<Worktree> Worktrees, WorktreeStats Stats, string? NextCursor);

internal sealed record RescueList(IReadOnlyList<Rescue> Rescues, string? NextCursor);

/// <summary>Says where saved work goes.</summary>
/// <param name="Directory">Absolute, empty or missing; default: a new one in the data directory.</param>
/// <param name="BranchName">A new branch: makes a working tree on it with the work in it, uncommitted, instead.</param>
internal sealed record RestoreBody([property: MaxLength(4000)] string? Directory = null, [property: MaxLength(200)] string? BranchName = null);

internal sealed record Restored(string Directory);

/// <summary>Is saved work as the wire shows it.</summary>
/// <param name="Id">Names project and rescue in one word.</param>
/// <param name="Files">How many files it holds beyond its base.</param>
/// <param name="Message">What was found, in words; only where one is asked for.</param>
internal sealed record Rescue(string Id, string Name, Guid ProjectId, string Commit, DateTimeOffset CreatedAt, int Files, string? Message = null)
{
    private const int ProjectLength = 32;

    public static Rescue Of(SavedWork saved, string? message = null) =>
        new($"{saved.ProjectId:N}-{saved.Name}", saved.Name, saved.ProjectId, saved.Commit, saved.At, saved.Files, message);

    /// <summary>Reads an id back; null where it is none. A name is what git takes for a ref, so it leads neither out of a folder nor to another commit.</summary>
    public static (Guid Project, string Name)? Parse(string id) =>
        id.Length > ProjectLength + 1 && Guid.TryParseExact(id[..ProjectLength], "N", out var project)
            && id[(ProjectLength + 1)..] is var name && BranchName.IsValid(name) ? (project, name) : null;
}
