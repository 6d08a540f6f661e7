using System.CommandLine;
using AutoBuild.Core.Landings;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild radar</c>: who collides with whom before it lands.</summary>
internal static class RadarCommand
{
    public static Verb Create()
    {
        var branch = new Option<string?>("--branch") { Description = "The branch that they land on (default: the project's).", HelpName = "BRANCH" };
        return new Verb("radar", "Shows which open branches of a project collide, with each other and with their target, and in which files.", "autobuild radar --project my-app", async call =>
        {
            using var api = await call.ConnectAsync();
            var project = await new Lookup(api, call).ProjectAsync();
            return call.Print(await api.GetRadarAsync(project.Id, call.Get(branch), call.Cancel), picture => Show(call, picture));
        }).With(ProjectOptions.Repository, ProjectOptions.Project, branch).PrintsData();
    }

    private static void Show(Call call, RadarPicture picture)
    {
        var known = picture.Branches.ToDictionary(open => open.BranchName);
        Tables.Show(call, ["how", "branch", "with", "where"],
            [.. picture.Collisions.Select(found => (string[])[found.Kind == CollisionKind.Conflict && found.Resolvable ? "resolvable" : Plain.Word(found.Kind), Name(found.A), Name(found.B), Where(found)])],
            $"{picture.Branches.Count} open branches, and none touches another or {picture.TargetBranch}.");
        if (!picture.Complete)
        {
            call.Say("There was not the time for all of them; ask again to go on.");
        }

        static string Where(Collision found) => found.Files.Count == 0 ? "no common history" : string.Join(", ", found.Conflicts.Count == 0 ? found.Files
            : found.Conflicts.Select(file => file.Definitions.Count == 0 ? file.Path : $"{file.Path} ({string.Join(", ", file.Definitions)})"));

        string Name(string name) => known.TryGetValue(name, out var open) ? $"{Plain.Id(open.TicketId)} {Plain.Line(open.Title, 40)}" : name;
    }
}
