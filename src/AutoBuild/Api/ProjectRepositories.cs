using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Memory.Index;

namespace AutoBuild.Api;

/// <summary>Finds where the memory reads the repository of a project: where it was indexed from, else the path that the project itself names.</summary>
internal sealed class ProjectRepositories(IStore store, MemoryIndex index)
{
    /// <returns>Refused with project_not_found, or index_missing where there is an address and no clone of it yet.</returns>
    public async Task<Result<ProjectRepository>> FindAsync(Guid id, CancellationToken cancel)
    {
        if (await store.GetProjectAsync(id, cancel) is not { } project)
        {
            return new Refusal(RefusalKind.NotFound, "project_not_found", $"There is no project {id}.");
        }

        if (await index.RepositoryAsync(id, cancel) is { } known)
        {
            return new ProjectRepository(project, known.Directory, known.Tip);
        }

        return project.RepoPath is { } path && Directory.Exists(path) ? new ProjectRepository(project, path, "HEAD")
            : new Refusal(RefusalKind.NotFound, "index_missing", $"The memory has no copy of the repository of {project.Name}. Index it first: POST /api/v1/index/repository, or autobuild index.");
    }
}

/// <param name="Directory">Of a checkout or a bare repository.</param>
/// <param name="Tip">The branch or commit that counts there.</param>
internal sealed record ProjectRepository(Project Project, string Directory, string Tip);
