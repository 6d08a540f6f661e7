using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AutoBuild.Client;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild worktree</c>.</summary>
internal static class WorktreeCommands
{
    private static readonly string[] Columns = ["id", "status", "branch", "path", "disk"];

    public static Command Create() => new Group("worktree", "Lists and makes working trees, and brings back what was saved from dropped ones.", List(), New(), Remove(), Rescue());

    private static Verb List() => new Verb("list", "Lists the working trees in use.", "autobuild worktree list", async call =>
    {
        using var api = await call.ConnectAsync();
        return call.Print(await api.ListWorktreesAsync("limit=500", call.Cancel), list =>
        {
            Tables.Show(call, Columns,
                [.. list.Worktrees.Select(tree => (string[])[Plain.Id(tree.Id), Plain.Word(tree.Status), tree.BranchName, tree.Path, Size(tree.DiskBytes)])],
                "No working tree is in use.");
            if (list.Stats is { } stats)
            {
                call.Say($"{stats.Active} of at most {stats.MaxActive} in use, {stats.Idle} kept warm, {Size(stats.DiskBytes)} on disk.");
            }
        });
    }).PrintsData();

    private static Verb New()
    {
        var branch = new Argument<string>("BRANCH") { Description = "The branch it is on; made where it isn't there." };
        var ticket = new Option<string?>("--ticket") { Description = "The ticket it is for.", HelpName = "TICKET" };
        return new Verb("create", "Makes a working tree of a project for a person.",
            "autobuild worktree create try/parser --repo .", async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            var project = await lookup.ProjectAsync();
            var body = ClientJson.Body(
                ("project_id", project.Id.ToString()),
                ("branch_name", call.Get(branch)),
                ("ticket_id", call.Get(ticket) is { } text ? (await lookup.TicketAsync(text)).Id.ToString() : null));
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
            return call.Print(await api.DeleteWorktreeAsync(tree.Id, call.Get(force), call.Cancel), answer => call.Say(answer.Message ?? $"Worktree {Plain.Id(tree.Id)} is removed."));
        }).With(id, force).PrintsData();
    }

    private static Group Rescue() => new("rescue", "Brings back what was saved before something was dropped.", RescueList(), RescueShow(), RescueDiff(), RescueRestore(), RescueDrop());

    private static Verb RescueList() => new Verb("list", "Lists what was saved.", "autobuild worktree rescue list", async call =>
    {
        using var api = await call.ConnectAsync();
        return call.Print(await api.ListRescuesAsync(await QueryAsync(call, api), call.Cancel), list => Tables.Show(call, ["id", "files", "commit", "saved"],
            [.. list.Rescues.Select(rescue => (string[])[Plain.Rescue(rescue.Id), $"{rescue.Files}", Plain.Commit(rescue.Commit), rescue.CreatedAt?.ToString("u", CultureInfo.InvariantCulture) ?? ""])],
            "Nothing had to be rescued."));
    }).With(ProjectOptions.Project).PrintsData();

    private static async Task<string> QueryAsync(Call call, ApiClient api) =>
        call.Get(ProjectOptions.Project) is { } name ? $"project_id={(await new Lookup(api, call).ProjectAsync(name)).Id}" : "limit=500";

    private static Verb RescueRestore()
    {
        var id = ProjectOptions.Id("rescue");
        var to = new Option<string?>("--to") { Description = "An empty or new directory to write the files to (default: one in the data directory).", HelpName = "DIR" };
        var branch = new Option<string?>("--branch") { Description = "A new branch: makes a working tree on it instead, with the work in it, uncommitted.", HelpName = "BRANCH" };
        return new Verb("restore", "Writes what was saved into a directory, or onto a branch of its own.",
            "autobuild worktree rescue restore 5d20c7be-1 --to /tmp/saved", async call =>
        {
            using var api = await call.ConnectAsync();
            var body = ClientJson.Body(("directory", call.Get(to) is { } directory ? Path.GetFullPath(directory) : null), ("branch_name", call.Get(branch)));
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
            return call.Print(await api.ShowRescueAsync(rescue, call.Cancel), shown => call.Say(shown.Message ?? shown.Id));
        }).With(id).PrintsData();
    }

    private static Verb RescueDrop()
    {
        var id = ProjectOptions.Id("rescue");
        return new Verb("drop", "Lets go of what was saved, for good.", "autobuild worktree rescue drop 5d20c7be-1", async call =>
        {
            using var api = await call.ConnectAsync();
            var rescue = await new Lookup(api, call).RescueAsync(call.Get(id));
            return call.Print(await api.DropRescueAsync(rescue, call.Cancel), answer => call.Say(answer.Message ?? "It is gone."));
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
