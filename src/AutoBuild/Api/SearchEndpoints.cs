using System.ComponentModel.DataAnnotations;
using AutoBuild.Contract;
using AutoBuild.Memory.Search;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class SearchEndpoints
{
    public static void MapSearch(this IEndpointRouteBuilder api) =>
        api.MapPost("/search", Search).WithTags("search").At(Ports.Both).Produces<SearchShown>()
            .Refuses(400, "query_empty", "query_too_long", "max_results_invalid", "min_similarity_invalid", "file_filter_invalid").Refuses(404, "project_not_found", "index_missing", "ref_unknown")
            .WithMetadata(new Needs(Configuration.Role.Viewer), new Asking());

    /// <summary>Finds the places in a project's code that a text speaks of: words, names, paths, a ticket's text, a failing line.</summary>
    internal static async Task<IResult> Search(SearchBody body, KnownProjects projects, Searcher searcher, CancellationToken cancel)
    {
        var fields = new Fields();
        var request = body.Read(fields);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (!await projects.HasAsync(request.Project, cancel))
        {
            return Problem.NotFound("project", request.Project);
        }

        var found = await searcher.SearchAsync(request, cancel);
        return found.Done
            ? TypedResults.Ok(new SearchShown(found.Value.Results, request.Query, found.Value.TotalResults, found.Value.Legs, found.Value.Freshness))
            : Problem.Of(found.Refusal);
    }
}

/// <summary>Is the body that searches.</summary>
internal sealed record SearchBody
{
    [Required, Uuid]
    public string? ProjectId { get; init; }

    [Required, MinLength(1), MaxLength(Searcher.LongestQuery)]
    public string? Query { get; init; }

    /// <summary>Default 10.</summary>
    [Range(1, Searcher.MostResults)]
    public int? MaxResults { get; init; }

    /// <summary>Patterns as in .gitignore, one a line, that a path must match.</summary>
    [MaxLength(10_000)]
    public string? FileFilter { get; init; }

    /// <summary>Of the best answer's similarity; default 0.</summary>
    [Range(0.0, 1.0)]
    public double? MinSimilarity { get; init; }

    /// <summary>A branch, a commit or a working tree; default: what was indexed.</summary>
    [MaxLength(4000)]
    public string? Ref { get; init; }

    public SearchRequest Read(Fields fields) => new(fields.Id("project_id", ProjectId), fields.Required("query", Query, Searcher.LongestQuery))
    {
        MaxResults = fields.Between("max_results", MaxResults, 1, Searcher.MostResults) ?? 10,
        FileFilter = string.IsNullOrWhiteSpace(fields.Text("file_filter", FileFilter, 10_000)) ? null : FileFilter,
        MinSimilarity = fields.Between("min_similarity", MinSimilarity, 0, 1) ?? 0,
        Ref = string.IsNullOrWhiteSpace(fields.Text("ref", Ref, 4000)) ? null : Ref,
    };
}

/// <param name="Results">Best first.</param>
/// <param name="TotalResults">Chunks that anything spoke for.</param>
/// <param name="Legs">What was asked: lexical, chunk, history and the like.</param>
/// <param name="Freshness">Which state of the repository it speaks of.</param>
internal sealed record SearchShown(IReadOnlyList<SearchResult> Results, string Query, int TotalResults, IReadOnlyList<string> Legs, Freshness Freshness);
