using System.CommandLine;
using AutoBuild.Api;
using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild changelog</c>.</summary>
internal static class ChangelogCommand
{
    public static Verb Create()
    {
        var from = new Option<string?>("--from") { Description = "What it starts after: a tag, a branch, a commit (default: the last version before --to).", HelpName = "REF" };
        var to = new Option<string?>("--to") { Description = "What it ends with (default: the tip).", HelpName = "REF" };
        return new Verb("changelog", "Writes what changed between two versions as Markdown, from the commits, the pull requests and the tickets they name.", "autobuild changelog --from v1.2.0 --to HEAD", async call =>
        {
            using var api = await call.ConnectAsync();
            var project = await new Lookup(api, call).ProjectOrNewAsync();
            var body = new ChangelogBody { ProjectId = $"{project.Id}", FromRef = call.Get(from), ToRef = call.Get(to) };
            return call.Print(await api.GenerateChangelogAsync(body, call.Cancel), log => call.Write(Plain.Text(log.Markdown ?? ""), Style.Plain));
        }).With(ProjectOptions.Repository, ProjectOptions.Project, from, to).PrintsData();
    }
}
