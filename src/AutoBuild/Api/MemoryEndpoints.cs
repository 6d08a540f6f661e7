using AutoBuild.Contract;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class MemoryEndpoints
{
    public static void MapMemories(this IEndpointRouteBuilder api)
    {
        var memory = api.MapGroup("/memory").WithTags("memory").At(Ports.Both);
        memory.MapPost("", Add).Produces<ShownMemory>(201).Refuses(404, "project_not_found", "ticket_not_found");
        memory.MapPost("/runs", Learn).Produces<Learnt>().Refuses(404, "project_not_found").WithMetadata(new Needs(Configuration.Role.Admin));
        memory.MapGet("/{id}", List).Produces<ShownMemories>().Refuses(404, "project_not_found");
        memory.MapPatch("/{id}", Change).Produces<ShownMemory>().Refuses(404, "memory_not_found");
        memory.MapDelete("/{id}", Forget).Produces<Message>().Refuses(404, "memory_not_found");
    }

    /// <summary>Remembers what somebody writes about a project.</summary>
    internal static async Task<IResult> Add(MemoryBody body, HttpContext http, IStore store, KnownProjects projects, CancellationToken cancel)
    {
        var fields = new Fields();
        var memory = body.Read(fields, Caller.Of(http));
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var made = await store.AddMemoryAsync(await projects.WelcomeAsync(memory, cancel), cancel);
        return made.Done ? TypedResults.Created($"/api/v1/memory/{made.Value.ProjectId}", ShownMemory.Of(made.Value)) : Problem.Of(made.Refusal);
    }

    /// <summary>Takes in what happened in a run, as an orchestrator tells it; the same facts twice are one memory.</summary>
    internal static async Task<IResult> Learn(RunFacts body, IMemory memory, KnownProjects projects, CancellationToken cancel)
    {
        await projects.WelcomeAsync(body.Project, cancel);
        if (!await projects.HasAsync(body.Project, cancel))
        {
            return Problem.NotFound("project", body.Project);
        }

        var learnt = await memory.LearnAsync(Whole(body), cancel);
        return learnt.Done ? TypedResults.Ok(new Learnt(learnt.Value)) : Problem.Of(learnt.Refusal);
    }

    // A reader of JSON leaves null what a body lacks.
    private static RunFacts Whole(RunFacts facts) => facts with
    {
        Changed = Whole(facts.Changed), Added = Whole(facts.Added), Read = Whole(facts.Read), Given = facts.Given ?? [], Comments = Whole(facts.Comments),
        Failed = [.. (facts.Failed ?? []).OfType<FailedCheck>().Select(check => check with { Name = check.Name ?? "", Command = check.Command ?? "", Output = check.Output ?? "", MendedBy = Whole(check.MendedBy) })],
        Passed = [.. (facts.Passed ?? []).OfType<PassedCheck>().Select(check => new PassedCheck(check.Name ?? "", check.Command ?? ""))],
    };

    private static IReadOnlyList<string> Whole(IReadOnlyList<string>? texts) => [.. (texts ?? []).Where(text => !string.IsNullOrWhiteSpace(text))];

    /// <summary>Lists what is remembered of a project, newest first.</summary>
    /// <param name="id">The project's.</param>
    /// <param name="memory_type">Only those of this type.</param>
    /// <param name="limit">How many at most, 1 to 500; default 50.</param>
    internal static async Task<IResult> List(Guid id, [Words<MemoryType>] string? memory_type, int? limit, IStore store, CancellationToken cancel)
    {
        var fields = new Fields();
        var most = fields.Between("limit", limit, 1, 500) ?? 50;
        var type = fields.OneOf<MemoryType>("memory_type", memory_type);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (await store.GetProjectAsync(id, cancel) is null)
        {
            return Problem.NotFound("project", id);
        }

        var found = await store.ListMemoriesAsync(new MemoryFilter(id, type), most, cancel);
        return TypedResults.Ok(new ShownMemories([.. found.Items.Select(ShownMemory.Of)], found.Total));
    }

    /// <summary>Changes the words or the type of a memory; nothing that is learnt changes them from then on.</summary>
    internal static async Task<IResult> Change(Guid id, MemoryChange body, IStore store, CancellationToken cancel)
    {
        var fields = new Fields();
        var patch = body.ReadPatch(fields);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var changed = await store.EditMemoryAsync(id, patch, cancel);
        return changed.Done ? TypedResults.Ok(ShownMemory.Of(changed.Value)) : Problem.Of(changed.Refusal);
    }

    /// <summary>Forgets a memory for good.</summary>
    internal static async Task<IResult> Forget(Guid id, IStore store, CancellationToken cancel) =>
        (await store.DeleteMemoryAsync(id, cancel)).Answer("The memory is forgotten.");
}

/// <param name="Done">Always true.</param>
internal sealed record Learnt([property: System.Text.Json.Serialization.JsonPropertyName("learned")] bool Done);
