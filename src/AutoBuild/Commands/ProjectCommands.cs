using System.CommandLine;
using System.Text.Json.Nodes;
using AutoBuild.Api;
using AutoBuild.Client;
using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Projects;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild project</c>.</summary>
internal static class ProjectCommands
{
    private static readonly string[] Columns = ["id", "name", "branch", "agents", "landing", "repository"];

    public static Command Create() => new Group("project", "Adds repositories, and brings landed work back to them.", Add(), List(), ShowOne(), Edit(), Remove(), Restore(), Sync());

    private static Verb Add()
    {
        var fields = new ProjectFields();
        var github = new Option<string?>("--github") { Description = "Instead of --repo: a repository of GitHub.", HelpName = "OWNER/NAME" };
        return new Verb("add", "Makes a project of a repository.", "autobuild project add --repo . --land auto", async call =>
        {
            var full = call.Get(github);
            var source = full is null ? await RepositorySource.ParseAsync(call.Get(ProjectOptions.Repository) ?? ".", call.Cancel) : null;
            var body = await fields.ReadAsync(call, source?.Body(null) ?? new ProjectBody { Name = full!.Split('/')[^1], GithubRepoFullName = full });
            using var api = await call.ConnectAsync();
            return call.Print(await api.CreateProjectAsync(body, null, call.Cancel), made => call.Say($"Project {made.Name} ({Plain.Id(made.Id)}) works on {made.Source}."));
        }).With([ProjectOptions.Repository, github, .. fields.All]).PrintsData();
    }

    private static Verb List()
    {
        var deleted = new Option<bool>("--deleted") { Description = "Those that were removed and can be restored, instead." };
        var source = new Option<string?>("--source") { Description = "Only those of a repository: its path, address or name.", HelpName = "SOURCE" };
        return new Verb("list", "Lists projects.", "autobuild project list", async call =>
        {
            using var api = await call.ConnectAsync();
            var filter = new ProjectFilter(call.Get(deleted), call.Get(source));
            return await new Live(call, api, new EventFilter()).ShowAsync(() => api.ListProjectsAsync(filter, call.Page(), call.Cancel), list => Tables.Show(call, Columns, [.. list.Projects.Select(Row)], "There is no project yet. Make one: autobuild project add --repo PATH"));
        }).With(deleted, source, ProjectOptions.Limit, ProjectOptions.Cursor).Watches();
    }

    private static IReadOnlyList<string> Row(Project project) =>
    [
        Plain.Id(project.Id), project.DeletedAt is null ? project.Name : $"{project.Name} (removed)", project.DefaultBranch ?? "",
        $"{project.MaxParallelAgents}", Plain.Word(project.Landing), project.Source,
    ];

    private static Verb ShowOne() => Named("show", "Shows a project, and how far what has landed is ahead of its repository.",
        "autobuild project show my-app", async (call, api, project) =>
    {
        var shown = await api.GetProjectAsync(project.Id, call.Cancel);
        var status = await api.GetProjectStatusAsync(project.Id, call.Cancel);
        var json = JsonNode.Parse(shown.Json)!.AsObject();
        json["status"] = JsonNode.Parse(status.Json);
        return call.Print(json, () => Facts(call, shown.Value, status.Value));
    });

    private static string Sentence(ProjectStatus status) => status switch
    {
        { Tip: null } => "nothing yet",
        { Diverged: true } => $"{status.Target} and the repository each have commits of their own; the next landing or sync merges them",
        { Ahead: > 0 } => $"{status.Target} is {status.Ahead} commits ahead of the repository; bring them home: autobuild project sync",
        { Behind: > 0 } => $"the repository is {status.Behind} commits ahead; they are taken in before the next run",
        _ => $"{status.Target} is where the repository is, at {Plain.Commit(status.Tip)}",
    };

    private static void Facts(Call call, Project project, ProjectStatus? status = null) => Tables.Facts(call,
        ("project", project.Id.ToString()),
        ("name", project.Name),
        ("description", project.Description),
        ("repository", project.Source),
        ("branch", project.DefaultBranch),
        ("agents at once", $"{project.MaxParallelAgents}"),
        ("agent", project.Agent),
        ("executor", project.Executor == Executor.Local ? null : Plain.Word(project.Executor)),
        ("at most a day", project.MaxCostUsdPerDay is > 0 and var most ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"${most:0.00}") : null),
        ("landing", Plain.Word(project.Landing)),
        ("landed", status is null ? null : Sentence(status)),
        ("its clone", status?.ClonePath),
        ("worktrees", project.WorktreeEnabled ? null : "off: one job at a time"),
        ("checks", project.QaEnabled ? null : "off"),
        ("memory", project.MemoryEnabled ? null : "off"),
        ("removed", project.DeletedAt?.ToString("u", System.Globalization.CultureInfo.InvariantCulture)),
        ("gone for good", project.ScheduledDeletionAt?.ToString("u", System.Globalization.CultureInfo.InvariantCulture)));

    private static Verb Edit()
    {
        var fields = new ProjectFields();
        return Named("edit", "Changes a project.", "autobuild project edit my-app --max-agents 6 --land auto", async (call, api, project) =>
        {
            var body = await fields.ReadAsync(call, new ProjectBody());
            return body == new ProjectBody()
                ? throw new AutoBuildException("wrong_use", "Name what changes, such as --max-agents or --land.")
                : call.Print(await api.EditProjectAsync(project.Id, body, call.Cancel), one => Facts(call, one));
        }).With(fields.All);
    }

    private static Verb Remove() => Named("remove", "Removes a project; it can be restored for a while. The repository is left alone.",
        "autobuild project remove my-app", async (call, api, project) =>
        call.Print(await api.DeleteProjectAsync(project.Id, call.Cancel), _ => call.Say($"Project {project.Name} is removed. Bring it back: autobuild project restore {Plain.Id(project.Id)}")));

    private static Verb Restore()
    {
        var which = new Argument<string>("PROJECT") { Description = "Its name, or the end of its id." };
        return new Verb("restore", "Brings a removed project back.", "autobuild project restore my-app", async call =>
        {
            using var api = await call.ConnectAsync();
            var project = await new Lookup(api, call).ProjectAsync(call.Get(which), deleted: true);
            return call.Print(await api.RestoreProjectAsync(project.Id, call.Cancel), one => call.Say($"Project {one.Name} is back."));
        }).With(which).PrintsData();
    }

    private static Verb Sync()
    {
        var to = new Option<string?>("--to") { Description = "The checkout to fast-forward (default: the project's).", HelpName = "DIR" };
        return Named("sync", "Fast-forwards your checkout to what has landed; refuses where that would touch uncommitted work.",
            "autobuild project sync --repo .", async (call, api, project) =>
        {
            if ((await api.GetProjectStatusAsync(project.Id, call.Cancel)).Value.Diverged)
            {
                call.Say("You committed while work landed: both are merged and checked first, which takes as long as the checks.");
            }

            var body = new SyncBody(call.Get(to) is { } directory ? Path.GetFullPath(directory) : null);
            return call.Print(await api.SyncProjectAsync(project.Id, body, call.Cancel), sync => call.Say(sync.Message));
        }).With(to);
    }

    /// <summary>Makes a verb about one project: the named one, else the one around the current directory.</summary>
    private static Verb Named(string name, string description, string example, Func<Call, ApiClient, Project, Task<int>> run)
    {
        var which = new Argument<string?>("PROJECT") { Description = "Its name, or the end of its id (default: that of the current directory).", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { ServerWords.Of("project") } };
        return new Verb(name, description, example, async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            return await run(call, api, call.Get(which) is { } text ? await lookup.ProjectAsync(text) : await lookup.ProjectAsync());
        }).With(which, ProjectOptions.Repository).PrintsData();
    }
}
