using AutoBuild.Core;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Memory.Index;

namespace AutoBuild.Api;

/// <summary>Makes a bare project of an id that the memory meets for the first time, where it runs alone and can't know the projects; beside the orchestrator an unknown id is a mistake.</summary>
internal sealed class KnownProjects(IStore store, ModulePorts ports)
{
    /// <summary>Tells whether there is such a project.</summary>
    public async Task<bool> HasAsync(Guid project, CancellationToken cancel) => await store.GetProjectAsync(project, cancel) is not null;

    /// <summary>Returns the project that is named, else that of the repository; null where there is none.</summary>
    public async Task<Project?> FindAsync(Guid? named, IndexRequest asked, CancellationToken cancel) => named is { } id
        ? await store.GetProjectAsync(id, cancel)
        : (asked.RepoPath ?? asked.RepoUrl) is { } source && (await store.ListProjectsAsync(new ProjectFilter(Source: source), new PageRequest(1), cancel)).Items is [var same, ..] ? same : null;

    /// <summary>Returns the project that is to be indexed: the one that is named, else that of the repository; an id that is new, and a repository that is, make one.</summary>
    public async Task<Result<Project>> FindOrMakeAsync(Guid? named, IndexRequest asked, CancellationToken cancel)
    {
        if (await FindAsync(named, asked, cancel) is { } known)
        {
            return known;
        }

        if ((asked.RepoPath ?? asked.RepoUrl) is not { } source)
        {
            return named is { } unknown
                ? new Refusal(RefusalKind.NotFound, "project_not_found", $"There is no project {unknown}. Give repo_path or repo_url to make it.")
                : new Refusal(RefusalKind.Invalid, "index_source_missing", "Give project_id, repo_path or repo_url.");
        }

        var made = await store.CreateProjectAsync(new NewProject { Id = named, Name = Name(source), RepoPath = asked.RepoPath, RepoUrl = asked.RepoUrl }, null, cancel);
        return made.Done ? made.Value.Value : made.Refusal;
    }

    private static string Name(string source) => source.TrimEnd('/').Split('/', ':')[^1] is { Length: > 0 and <= 200 } last ? last : "repository";

    /// <summary>Makes the project where need be.</summary>
    public async Task WelcomeAsync(Guid project, CancellationToken cancel)
    {
        if (ports.IsMemoryAlone && !await HasAsync(project, cancel))
        {
            // One that was made at the same time by somebody else is as good.
            await store.CreateProjectAsync(new NewProject { Id = project, Name = $"{project}" }, null, cancel);
        }
    }

    /// <summary>Makes the project where need be; a ticket of another system is left out, for it is not here.</summary>
    public async Task<NewMemory> WelcomeAsync(NewMemory memory, CancellationToken cancel)
    {
        await WelcomeAsync(memory.ProjectId, cancel);
        return ports.IsMemoryAlone ? memory with { TicketId = null } : memory;
    }
}
