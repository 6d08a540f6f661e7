using System.Text.Json;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Index;

/// <summary>Is where a project's files come from, as it was asked last; kept beside the index, so that a restart knows.</summary>
/// <param name="Path">A checkout, a bare repository, a plain folder; null where <paramref name="Url"/> is given.</param>
/// <param name="Url">What the memory's own clone is fetched from.</param>
/// <param name="Branch">Null is what is checked out.</param>
/// <param name="Patterns">Which paths count.</param>
internal sealed record ProjectSource(string? Path, string? Url, string? Branch, IReadOnlyList<string> Patterns)
{
    public SourceRules Rules => SourceRules.Default with { Patterns = Patterns };

    /// <summary>The source of a project; null where none was asked for.</summary>
    public static ProjectSource? Read(string folder, Guid project)
    {
        try
        {
            return JsonSerializer.Deserialize<ProjectSource>(File.ReadAllText(FileOf(folder, project)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public static void Delete(string folder, Guid project)
    {
        if (File.Exists(FileOf(folder, project)))
        {
            File.Delete(FileOf(folder, project));
        }

        TreeFiles.Delete(CloneOf(folder, project));
    }

    public void Write(string folder, Guid project)
    {
        Directory.CreateDirectory(folder);
        WriteFile.ByRename(FileOf(folder, project), JsonSerializer.Serialize(this));
    }

    /// <summary>The source with what a request says of it.</summary>
    public static ProjectSource? Of(IndexRequest request, ProjectSource? before) =>
        request.RepoPath is null && request.RepoUrl is null
            ? before is null ? null : before with { Branch = request.Branch ?? before.Branch, Patterns = request.Patterns.Count > 0 ? request.Patterns : before.Patterns }
            : new ProjectSource(request.RepoPath is { } path ? System.IO.Path.GetFullPath(path) : null, request.RepoPath is null ? request.RepoUrl : null, request.Branch, request.Patterns);

    /// <summary>Lists what there is now.</summary>
    /// <param name="folder">Where clones and the empty repository for plain folders are kept.</param>
    /// <param name="project">Whose clone.</param>
    /// <param name="fetch">Whether a clone asks its origin first.</param>
    /// <exception cref="WorkspaceException">As of git; branch_missing, repository_missing.</exception>
    public async Task<SourceListing> ListAsync(string folder, Guid project, bool fetch, CancellationToken cancel)
    {
        if (Url is not null)
        {
            var clone = await BareClone.OpenAsync(CloneOf(folder, project), Url, null, cancel);
            if (fetch)
            {
                await clone.FetchAsync(cancellation: cancel);
            }

            var branch = Branch ?? await clone.DefaultBranchAsync(cancel);
            return await SourceTree.AtCommitAsync(clone.Path, await clone.ResolveAsync($"refs/remotes/origin/{branch}", cancel) ?? throw Missing(branch), Rules, cancel);
        }

        return await SourceTree.OfAsync(Path!, Branch, EmptyOf(folder), Rules, cancel);
    }

    /// <summary>Where git runs for it.</summary>
    public string RepositoryIn(string folder, Guid project) => Url is null ? Path! : CloneOf(folder, project);

    /// <summary>The branch or commit whose state counts there.</summary>
    public async Task<string> TipAsync(string folder, Guid project, CancellationToken cancel) =>
        Branch ?? (Url is null ? "HEAD" : await BareClone.At(CloneOf(folder, project)).DefaultBranchAsync(cancel));

    internal static WorkspaceException Missing(string branch) => new("branch_missing", $"The repository has no branch or commit '{branch}'.");

    internal static string EmptyOf(string folder) => System.IO.Path.Combine(folder, "empty.git");

    private static string CloneOf(string folder, Guid project) => System.IO.Path.Combine(folder, $"{project:n}.git");

    private static string FileOf(string folder, Guid project) => System.IO.Path.Combine(folder, $"{project:n}.json");
}
