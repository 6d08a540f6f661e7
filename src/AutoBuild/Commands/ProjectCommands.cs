using System.CommandLine;
using System.Text.Json.Nodes;
using AutoBuild.Client;
using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Orchestrator.Projects;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild project</c>.</summary>
internal static class ProjectCommands
{
    private static readonly string[] Columns = ["id", "name", "branch", "agents", "landing", "repository"];

    private static Option<string?> Name => new("--name") { Description = "Its name (default: that of the repository).", HelpName = "NAME" };

    private static Option<string?> Branch => new("--branch") { Description = "The branch that work lands on (default: the repository's).", HelpName = "BRANCH" };

    private static Option<int?> Agents => new("--max-agents") { Description = "Most agents at once, 1 to 64 (default: 3).", HelpName = "N" };

    private static Option<string?> Land => new Option<string?>("--land") { Description = "What moves passed work onto the branch (default: manual).", HelpName = "manual|auto|pull_request" }
        .AcceptOnlyFromAmong("manual", "auto", "pull_request");

    private static Option<string?> Agent => new("--agent") { Description = "The agent of tickets that name none.", HelpName = "NAME" };

    public static Command Create() => new Group("project", "Adds repositories, and brings landed work back to them.", Add(), List(), ShowOne(), Edit(), Remove(), Restore(), Sync());

    private static Verb Add()
    {
        var (name, branch, agents, land, agent) = (Name, Branch, Agents, Land, Agent);
        return new Verb("add", "Makes a project of a repository.", "autobuild project add --repo . --land auto", async call =>
        {
            using var api = await call.ConnectAsync();
            var source = await RepositorySource.ParseAsync(call.Get(ProjectOptions.Repository) ?? ".", call.Cancel);
            var body = source.Body(call.Get(name));
            foreach (var (member, value) in Settings(call, branch, agents, land, agent))
            {
                body[member] = value?.DeepClone();
            }

            return call.Print(await api.CreateProjectAsync(body, null, call.Cancel), made => call.Say($"Project {made.Name} ({Plain.Id(made.Id)}) works on {source}."));
        }).With(ProjectOptions.Repository, name, branch, agents, land, agent).PrintsData();
    }

    private static JsonObject Settings(Call call, Option<string?> branch, Option<int?> agents, Option<string?> land, Option<string?> agent) => ClientJson.Body(
        ("default_branch", call.Get(branch)), ("max_parallel_agents", call.Get(agents)), ("landing", call.Get(land)), ("agent", call.Get(agent)));

    private static Verb List()
    {
        var deleted = new Option<bool>("--deleted") { Description = "Also those that were removed and can be restored." };
        return new Verb("list", "Lists projects.", "autobuild project list", async call =>
        {
            using var api = await call.ConnectAsync();
            var projects = await api.ListProjectsAsync($"limit={call.Get(ProjectOptions.Limit)}{(call.Get(deleted) ? "&deleted=true" : "")}", call.Cancel);
            return call.Print(projects, list => Tables.Show(call, Columns, [.. list.Projects.Select(Row)], "There is no project yet. Make one: autobuild project add --repo PATH"));
        }).With(deleted, ProjectOptions.Limit).PrintsData();
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
        var (name, branch, agents, land, agent) = (Name, Branch, Agents, Land, Agent);
        return Named("edit", "Changes a project.", "autobuild project edit my-app --max-agents 6 --land auto", async (call, api, project) =>
        {
            var body = Settings(call, branch, agents, land, agent);
            if (call.Get(name) is { } called)
            {
                body["name"] = called;
            }

            return body.Count == 0
                ? throw new AutoBuildException("wrong_use", "Name what changes, such as --max-agents or --land.")
                : call.Print(await api.EditProjectAsync(project.Id, body, call.Cancel), one => Facts(call, one));
        }).With(name, branch, agents, land, agent);
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

            var body = ClientJson.Body(("checkout", call.Get(to) is { } directory ? Path.GetFullPath(directory) : null));
            return call.Print(await api.SyncProjectAsync(project.Id, body, call.Cancel), sync => call.Say(sync.Message ?? $"{project.Name} is up to date."));
        }).With(to);
    }

    /// <summary>Makes a verb about one project: the named one, else the one around the current directory.</summary>
    private static Verb Named(string name, string description, string example, Func<Call, ApiClient, Project, Task<int>> run)
    {
        var which = new Argument<string?>("PROJECT") { Description = "Its name, or the end of its id (default: that of the current directory).", Arity = ArgumentArity.ZeroOrOne };
        return new Verb(name, description, example, async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            return await run(call, api, call.Get(which) is { } text ? await lookup.ProjectAsync(text) : await lookup.ProjectAsync());
        }).With(which, ProjectOptions.Repository).PrintsData();
    }
}
