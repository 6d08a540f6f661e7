using AutoBuild.Client;
using AutoBuild.Core;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;

namespace AutoBuild.Commands;

/// <summary>Finds what a person means by a name, a path, an id or the end of one.</summary>
internal sealed class Lookup(ApiClient api, Call call)
{
    private const int MostPages = 20;
    private const int PageSize = 500;

    public async Task<JobView> JobAsync(string text) => Guid.TryParse(text, out var id)
        ? (await api.GetJobAsync(id, call.Cancel)).Value
        : (await api.GetJobAsync(Only("job", text, await JobsAsync(), job => job.Id).Id, call.Cancel)).Value;

    public async Task<Ticket> TicketAsync(string text)
    {
        if (Guid.TryParse(text, out var id))
        {
            return (await api.GetTicketAsync(id, call.Cancel)).Value;
        }

        var all = new List<Ticket>();
        foreach (var project in await ProjectsAsync())
        {
            all.AddRange(await TicketsAsync(project.Id));
        }

        return Only("ticket", text, all, ticket => ticket.Id);
    }

    /// <summary>Finds a ticket; null where a whole id is typed and there is none.</summary>
    public async Task<Ticket?> FindTicketAsync(string text)
    {
        try
        {
            return await TicketAsync(text);
        }
        catch (ApiFault fault) when (fault.Code == "ticket_not_found")
        {
            return null;
        }
    }

    public async Task<Landing> LandingAsync(string text) => Guid.TryParse(text, out var id)
        ? (await api.GetLandingAsync(id, call.Cancel)).Value
        : Only("landing", text, await LandingsAsync(), landing => landing.Id);

    /// <summary>Finds how a conflict of a project was settled before.</summary>
    public async Task<Guid> ResolutionAsync(Guid project, string text) => Guid.TryParse(text, out var id) ? id
        : Only("landing resolution", text, await AllAsync(page => api.ListResolutionsAsync(project, page, call.Cancel), list => list.Resolutions, list => list.NextCursor), known => known.Id).Id;

    public async Task<Worktree> WorktreeAsync(string text) => Only("worktree", text,
        await AllAsync(page => api.ListWorktreesAsync(null, page, call.Cancel), list => list.Worktrees, list => list.NextCursor), worktree => worktree.Id);

    /// <summary>Finds the whole id of what was saved.</summary>
    public async Task<string> RescueAsync(string text)
    {
        var all = await AllAsync(page => api.ListRescuesAsync(null, page, call.Cancel), list => list.Rescues, list => list.NextCursor);
        return all.Any(rescue => rescue.Id == text) ? text : Only("worktree rescue", text, all, rescue => rescue.Id).Id;
    }

    /// <summary>Finds a project by name or id.</summary>
    public async Task<Project> ProjectAsync(string text, bool deleted = false)
    {
        var all = await ProjectsAsync(deleted);
        return all.Where(project => project.Name == text).ToList() is [var named] ? named : Only("project", text, all, project => project.Id);
    }

    /// <summary>Returns the id of the project that <c>--project</c> names; null where it was not typed.</summary>
    public async Task<Guid?> NamedProjectAsync() => call.Get(ProjectOptions.Project) is { } name ? (await ProjectAsync(name)).Id : null;

    /// <summary>Returns the id of a ticket that may be named; null where it is not.</summary>
    public async Task<Guid?> NamedTicketAsync(string? text) => text is null ? null : (await TicketAsync(text)).Id;

    /// <summary>Returns the id of a job that may be named; null where it is not.</summary>
    public async Task<Guid?> NamedJobAsync(string? text) => text is null ? null : (await JobAsync(text)).Id;

    /// <summary>Returns the id of a landing that may be named; null where it is not.</summary>
    public async Task<Guid?> NamedLandingAsync(string? text) => text is null ? null : (await LandingAsync(text)).Id;

    /// <summary>Finds the project that the options name, else that of the current directory's repository, else the only one.</summary>
    public async Task<Project> ProjectAsync()
    {
        if (call.Get(ProjectOptions.Project) is { } name)
        {
            return await ProjectAsync(name);
        }

        var typed = call.Get(ProjectOptions.Repository);
        var source = typed is null ? await RepositorySource.AroundAsync(Environment.CurrentDirectory, call.Cancel) : await RepositorySource.ParseAsync(typed, call.Cancel);
        var all = await ProjectsAsync();
        return all.FirstOrDefault(project => source?.Is(project) == true)
            ?? (typed is null && all is [var only] ? only : throw Unknown(source, all.Count));
    }

    /// <summary>Finds the project of a repository, or makes it; commands that do so at once get the same one.</summary>
    /// <param name="repository">A path or an address; null is what <c>--repo</c> says.</param>
    public async Task<Project> ProjectOrNewAsync(string? repository = null)
    {
        if (call.Get(ProjectOptions.Project) is { } name)
        {
            return await ProjectAsync(name);
        }

        var source = await RepositorySource.ParseAsync(repository ?? call.Get(ProjectOptions.Repository) ?? ".", call.Cancel);
        if ((await ProjectsAsync()).FirstOrDefault(source.Is) is { } known)
        {
            return known;
        }

        var made = (await api.CreateProjectAsync(source.Body(null), source.Key, call.Cancel)).Value;
        return made.DeletedAt is null ? made : (await api.CreateProjectAsync(source.Body(null), null, call.Cancel)).Value;
    }

    private Task<List<JobView>> JobsAsync() => AllAsync(
        page => api.ListJobsAsync(new JobFilter(), page, call.Cancel), list => list.Jobs, list => list.NextCursor);

    private Task<List<Ticket>> TicketsAsync(Guid project) => AllAsync(
        page => api.ListTicketsAsync(new TicketFilter(project), page, call.Cancel), list => list.Tickets, list => list.NextCursor);

    private Task<List<Landing>> LandingsAsync() => AllAsync(
        page => api.ListLandingsAsync(new LandingFilter(), page, call.Cancel), list => list.Landings, list => list.NextCursor);

    private Task<List<Project>> ProjectsAsync(bool deleted = false) => AllAsync(
        page => api.ListProjectsAsync(new ProjectFilter(deleted), page, call.Cancel), list => list.Projects, list => list.NextCursor);

    private static async Task<List<T>> AllAsync<TList, T>(
        Func<PageRequest, Task<Reply<TList>>> read, Func<TList, IReadOnlyList<T>> items, Func<TList, string?> next)
        where TList : class
    {
        var all = new List<T>();
        for (var page = new PageRequest(PageSize); ;)
        {
            var list = (await read(page)).Value;
            all.AddRange(items(list));
            if (next(list) is not { } cursor || all.Count >= MostPages * PageSize)
            {
                break;
            }

            page = page with { Cursor = cursor };
        }

        return all;
    }

    private static T Only<T>(string what, string text, IReadOnlyList<T> all, Func<T, Guid> id) => Only(what, text, all, one => id(one).ToString());

    private static T Only<T>(string what, string text, IReadOnlyList<T> all, Func<T, string> id)
    {
        var ending = Letters(text);
        var found = ending.Length < 4 ? [] : all.Where(one => Letters(id(one)).EndsWith(ending, StringComparison.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw new AutoBuildException("wrong_use", $"There is no {what} '{text}'. See: autobuild {what} list"),
            _ => throw new AutoBuildException("wrong_use", $"{found.Count} {what}s end in '{text}'; type more of the id."),
        };
    }

    private static string Letters(string id) => id.Replace("-", "", StringComparison.Ordinal);

    private static AutoBuildException Unknown(RepositorySource? source, int known) => new("wrong_use", source is null
        ? known == 0 ? "There is no project yet. Make one: autobuild project add --repo PATH" : "Say which project: --project NAME. See: autobuild project list"
        : $"There is no project for {source}. Make one: autobuild project add --repo {source}");
}
