using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AutoBuild.Api;
using AutoBuild.Core.Store;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild worktree</c>.</summary>
internal static class WorktreeCommands
{
    private static readonly string[] Columns = ["id", "status", "branch", "path", "disk"];

    public static Command Create() => new Group("worktree", "Lists and makes working trees, and brings back what was saved from dropped ones.", List(), New(), Remove(), Rescue());

    private static Verb List() => new Verb("list", "Lists the working trees in use.", "autobuild worktree list", async call =>
    {
        using var api = await call.ConnectAsync();
        var project = await new Lookup(api, call).NamedProjectAsync();
        return await new Live(call, api, new EventFilter(ProjectId: project)).ShowAsync(() => api.ListWorktreesAsync(project, call.Page(), call.Cancel), list =>
        {
            Tables.Show(call, Columns,
                [.. list.Worktrees.Select(tree => (string[])[Plain.Id(tree.Id), Plain.Word(tree.Status), tree.BranchName, tree.Path, Size(tree.DiskBytes)])],
                "No working tree is in use.");
            call.Say($"{list.Stats.Active} of at most {list.Stats.MaxActive} in use, {list.Stats.Idle} kept warm, {Size(list.Stats.DiskBytes)} on disk.");
        });
    }).With(ProjectOptions.Project, ProjectOptions.Limit, ProjectOptions.Cursor).Watches();

    private static Verb New()
    {
        var branch = new Argument<string>("BRANCH") { Description = "The branch it is on; made where it isn't there." };
        var ticket = new Option<string?>("--ticket") { Description = "The ticket it is for.", HelpName = "TICKET", CompletionSources = { ServerWords.Of("ticket") } };
        return new Verb("create", "Makes a working tree of a project for a person.",
            "autobuild worktree create try/parser --repo .", async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            var project = await lookup.ProjectAsync();
            var body = new WorktreeBody(project.Id.ToString(), call.Get(branch), (await lookup.NamedTicketAsync(call.Get(ticket)))?.ToString());
            return call.Print(await api.CreateWorktreeAsync(body, call.Cancel), tree => call.Say($"Worktree {Plain.Id(tree.Id)} on {tree.BranchName}: {tree.Path}"));
        }).With(branch, ProjectOptions.Repository, ProjectOptions.Project, ticket).PrintsData();
    }

    private static Verb Remove()
    {
        var id = ProjectOptions.Id("worktree");
        var force = new Option<bool>("--force") { Description = "Also where it holds work that is nowhere else; that is rescued first." };
        return new Verb("remove", "Removes a working tree.", "autobuild worktree remove 3c4d5e6f", async call =>
        {
            using var api = await call.ConnectAsync();
            var tree = await new Lookup(api, call).WorktreeAsync(call.Get(id));
            return call.Print(await api.DeleteWorktreeAsync(tree.Id, call.Get(force), call.Cancel), answer => call.Say(answer.Text));
        }).With(id, force).PrintsData();
    }

    private static Group Rescue() => new("rescue", "Brings back what was saved before something was dropped.", RescueList(), RescueShow(), RescueDiff(), RescueRestore(), RescueDrop());

    private static Verb RescueList() => new Verb("list", "Lists what was saved.", "autobuild worktree rescue list", async call =>
    {
        using var api = await call.ConnectAsync();
        return call.Print(await api.ListRescuesAsync(await new Lookup(api, call).NamedProjectAsync(), call.Page(), call.Cancel), list => Tables.Show(call, ["id", "files", "commit", "saved"],
            [.. list.Rescues.Select(rescue => (string[])[Plain.Rescue(rescue.Id), $"{rescue.Files}", Plain.Commit(rescue.Commit), rescue.CreatedAt.ToString("u", CultureInfo.InvariantCulture)])],
            "Nothing had to be rescued."));
    }).With(ProjectOptions.Project, ProjectOptions.Limit, ProjectOptions.Cursor).PrintsData();

    private static Verb RescueRestore()
    {
        var id = ProjectOptions.Id("rescue");
        var to = new Option<string?>("--to") { Description = "An empty or new directory to write the files to (default: one in the data directory).", HelpName = "DIR" };
        var branch = new Option<string?>("--branch") { Description = "A new branch: makes a working tree on it instead, with the work in it, uncommitted.", HelpName = "BRANCH" };
        return new Verb("restore", "Writes what was saved into a directory, or onto a branch of its own.",
            "autobuild worktree rescue restore 5d20c7be-1 --to /tmp/saved", async call =>
        {
            using var api = await call.ConnectAsync();
            var body = new RestoreBody(call.Get(to) is { } directory ? Path.GetFullPath(directory) : null, call.Get(branch));
            var rescue = await new Lookup(api, call).RescueAsync(call.Get(id));
            return call.Print(await api.RestoreRescueAsync(rescue, body, call.Cancel), restored => call.Say($"Restored to {restored.Directory}."));
        }).With(id, to, branch).PrintsData();
    }

    private static Verb RescueShow()
    {
        var id = ProjectOptions.Id("rescue");
        return new Verb("show", "Tells what was saved, and its files.", "autobuild worktree rescue show 5d20c7be-1", async call =>
        {
            using var api = await call.ConnectAsync();
            var rescue = await new Lookup(api, call).RescueAsync(call.Get(id));
            return call.Print(await api.GetRescueAsync(rescue, call.Cancel), shown => call.Say(shown.Message ?? shown.Id));
        }).With(id).PrintsData();
    }

    private static Verb RescueDrop()
    {
        var id = ProjectOptions.Id("rescue");
        return new Verb("drop", "Lets go of what was saved, for good.", "autobuild worktree rescue drop 5d20c7be-1", async call =>
        {
            using var api = await call.ConnectAsync();
            var rescue = await new Lookup(api, call).RescueAsync(call.Get(id));
            return call.Print(await api.DropRescueAsync(rescue, call.Cancel), answer => call.Say(answer.Text));
        }).With(id).PrintsData();
    }

    private static Verb RescueDiff()
    {
        var id = ProjectOptions.Id("rescue");
        return new Verb("diff", "Prints what was saved, as a unified diff.", "autobuild worktree rescue diff 5d20c7be-1", async call =>
        {
            using var api = await call.ConnectAsync();
            var rescue = await new Lookup(api, call).RescueAsync(call.Get(id));
            var diff = await api.DiffRescueAsync(rescue, call.Cancel);
            return DiffText.Print(call, diff, new JsonObject { ["id"] = rescue, ["diff"] = diff });
        }).With(id).PrintsData();
    }

    public static string Size(long? bytes) => bytes switch
    {
        null => "",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000.0:0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };
}
