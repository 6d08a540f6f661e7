using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;

namespace AutoBuild.Api;

/// <summary>Makes a bare project of an id that the memory meets for the first time, where it runs alone and can't know the projects; beside the orchestrator an unknown id is a mistake.</summary>
internal sealed class KnownProjects(IStore store, ModulePorts ports)
{
    /// <summary>Tells whether there is such a project.</summary>
    public async Task<bool> HasAsync(Guid project, CancellationToken cancel) => await store.GetProjectAsync(project, cancel) is not null;

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
