using System.ComponentModel.DataAnnotations;
using AutoBuild.Contract;
using AutoBuild.Memory.Changelogs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class ChangelogEndpoints
{
    public static void MapChangelog(this IEndpointRouteBuilder api) =>
        api.MapPost("/changelog/generate", Generate).WithTags("insights").At(Ports.Both).Produces<ChangelogShown>()
            .Refuses(400, "changelog_too_long").Refuses(404, "project_not_found", "index_missing", "ref_not_found").WithMetadata(new Needs(Configuration.Role.Viewer), new Asking());

    /// <summary>Makes the changelog between two refs from the messages of the commits, the pull requests and the tickets they name; what breaks stands first.</summary>
    internal static async Task<IResult> Generate(ChangelogBody body, ProjectRepositories repositories, CancellationToken cancel)
    {
        var fields = new Fields();
        var asked = body.Read(fields);
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var found = await repositories.FindAsync(asked.Project, cancel);
        if (!found.Done)
        {
            return Problem.Of(found.Refusal);
        }

        var repository = found.Value;
        var log = await Changelog.ReadAsync(repository.Directory, asked.From, asked.To ?? repository.Tip, repository.Project.RepoPath is null ? repository.Project.Source : null, cancel);
        return log.Done ? TypedResults.Ok(ChangelogShown.Of(asked.Project, log.Value, asked.IsMarkdown)) : Problem.Of(log.Refusal);
    }
}

/// <summary>Is the body that asks for a changelog.</summary>
internal sealed record ChangelogBody
{
    private const int LongestRef = 1000;

    [Required, Uuid]
    public string? ProjectId { get; init; }

    /// <summary>What it starts after: a branch, a tag or a commit. Default: the last version before to_ref, and the first commit where there is none.</summary>
    [MaxLength(LongestRef)]
    public string? FromRef { get; init; }

    /// <summary>What it ends with; default HEAD, the tip of the branch that is indexed or checked out.</summary>
    [MaxLength(LongestRef)]
    public string? ToRef { get; init; }

    /// <summary>json leaves the markdown out; default markdown.</summary>
    [Words("markdown", "json")]
    public string? Format { get; init; }

    public (Guid Project, string? From, string? To, bool IsMarkdown) Read(Fields fields)
    {
        var to = Set(fields.Text("to_ref", ToRef, LongestRef));
        return (fields.Id("project_id", ProjectId), Set(fields.Text("from_ref", FromRef, LongestRef)), to == "HEAD" ? null : to, fields.Among("format", Format, ["markdown", "json"]) != "json");
    }

    private static string? Set(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

/// <param name="FromRef">What it starts after; null where it starts with the first commit.</param>
/// <param name="Entries">Newest first.</param>
/// <param name="Markdown">All of it, to be read; null where json was asked for.</param>
/// <param name="Contributors">Those who wrote it, the most diligent first; programs are left out.</param>
/// <param name="NextVersion">A suggestion; null where no version precedes it, where it ends with a version, where nothing was changed.</param>
internal sealed record ChangelogShown(
    Guid ProjectId, string? FromRef, string ToRef, IReadOnlyList<ChangeEntry> Entries, string? Markdown, IReadOnlyList<string> Contributors, string? NextVersion)
{
    public static ChangelogShown Of(Guid project, Changelog log, bool isMarkdown) =>
        new(project, log.FromRef, log.ToRef, log.Entries, isMarkdown ? log.Markdown : null, log.Contributors, log.NextVersion);
}
