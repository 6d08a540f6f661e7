using System.ComponentModel.DataAnnotations;
using AutoBuild.Contract;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class PatternEndpoints
{
    private const int LongestPattern = 2000;

    public static void MapPatterns(this IEndpointRouteBuilder api)
    {
        var patterns = api.MapGroup("/insights/patterns").WithTags("memory").At(Ports.Both);
        patterns.MapGet("", ListOf).Produces<PatternList>().Refuses(404, "project_not_found");
        patterns.MapGet("/{id}", List).Produces<PatternList>().Refuses(404, "project_not_found");
        patterns.MapPatch("/{id}", Change).Produces<LearnedPattern>().Refuses(404, "pattern_not_found");
        patterns.MapDelete("/{id}", Forget).Produces<Message>().Refuses(404, "pattern_not_found");
    }

    /// <summary>Lists the habits of a project that were learnt from landed work, those that held most often first.</summary>
    /// <param name="project_id">The project's.</param>
    /// <param name="pattern_type">Only those of this type.</param>
    /// <param name="task_type">The same as pattern_type, as older clients call it.</param>
    /// <param name="limit">How many at most, 1 to 500; default 10.</param>
    internal static Task<IResult> ListOf(
        string? project_id, [Words<PatternType>] string? pattern_type, [Words<PatternType>] string? task_type, int? limit, IStore store, CancellationToken cancel)
    {
        var fields = new Fields();
        return ListAsync(fields, fields.Id("project_id", project_id), pattern_type, task_type, limit, store, cancel);
    }

    /// <summary>Lists the habits of a project that were learnt from landed work, those that held most often first.</summary>
    /// <param name="id">The project's.</param>
    /// <param name="pattern_type">Only those of this type.</param>
    /// <param name="task_type">The same as pattern_type, as older clients call it.</param>
    /// <param name="limit">How many at most, 1 to 500; default 10.</param>
    internal static Task<IResult> List(Guid id, [Words<PatternType>] string? pattern_type, [Words<PatternType>] string? task_type, int? limit, IStore store, CancellationToken cancel) =>
        ListAsync(new Fields(), id, pattern_type, task_type, limit, store, cancel);

    /// <summary>Changes the words of a pattern; nothing that is learnt changes them from then on.</summary>
    internal static async Task<IResult> Change(Guid id, PatternChange body, IStore store, CancellationToken cancel)
    {
        var fields = new Fields();
        var content = fields.Required("pattern_content", body.PatternContent, LongestPattern);
        return fields.Problem ?? (await store.EditPatternAsync(id, content, cancel)).Answer();
    }

    /// <summary>Forgets a pattern; what bears it out later does not bring it back.</summary>
    internal static async Task<IResult> Forget(Guid id, IStore store, CancellationToken cancel) =>
        (await store.ForgetPatternAsync(id, cancel)).Answer("The pattern is forgotten.");

    private static async Task<IResult> ListAsync(Fields fields, Guid project, string? type, string? older, int? limit, IStore store, CancellationToken cancel)
    {
        var most = fields.Between("limit", limit, 1, 500) ?? 10;
        var asked = fields.OneOf<PatternType>("pattern_type", type) ?? fields.OneOf<PatternType>("task_type", older);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        return await store.GetProjectAsync(project, cancel) is null
            ? Problem.NotFound("project", project)
            : TypedResults.Ok(new PatternList(project, (await store.ListPatternsAsync(new PatternFilter(project, asked), most, cancel)).Items));
    }

    /// <summary>Is the body that changes a pattern.</summary>
    internal sealed record PatternChange
    {
        /// <summary>One sentence.</summary>
        [Required, MinLength(1), MaxLength(LongestPattern)]
        public string? PatternContent { get; init; }
    }

    /// <param name="Patterns">Those that held most often first.</param>
    internal sealed record PatternList(Guid ProjectId, IReadOnlyList<LearnedPattern> Patterns);
}
