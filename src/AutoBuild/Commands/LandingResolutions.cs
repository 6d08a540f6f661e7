using System.CommandLine;
using System.Globalization;
using AutoBuild.Core.Landings;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild landing resolution</c>: what is remembered of settled conflicts.</summary>
internal static class LandingResolutions
{
    private static readonly string[] Columns = ["id", "file", "by", "landing", "settled", "used"];

    public static Command Create() => new Group("resolution", "Shows and forgets how conflicts of a project were settled; the same conflict is settled so again.", List(), Forget());

    private static Verb List() => new Verb("list", "Lists how conflicts were settled that have landed, newest first.", "autobuild landing resolution list", async call =>
    {
        using var api = await call.ConnectAsync();
        var project = await new Lookup(api, call).ProjectAsync();
        return call.Print(await api.ListResolutionsAsync(project.Id, call.Page(), call.Cancel), list => Tables.Show(call, Columns, [.. list.Resolutions.Select(Row)], "Nothing was settled yet by a person or a model."));
    }).With(ProjectOptions.Repository, ProjectOptions.Project, ProjectOptions.Limit, ProjectOptions.Cursor).PrintsData();

    private static Verb Forget()
    {
        var id = ProjectOptions.Id("resolution");
        return new Verb("forget", "Forgets how a conflict was settled; the next one like it is decided anew.", "autobuild landing resolution forget 4f1c22ab", async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            var project = await lookup.ProjectAsync();
            var known = await lookup.ResolutionAsync(project.Id, call.Get(id));
            return call.Print(await api.ForgetResolutionAsync(project.Id, known, call.Cancel), answer => call.Say(answer.Text));
        }).With(id, ProjectOptions.Repository, ProjectOptions.Project).PrintsData();
    }

    private static IReadOnlyList<string> Row(PastResolution known) =>
    [
        Plain.Id(known.Id), known.Path, known.Who ?? Plain.Word(known.By), Plain.Id(known.LandingId),
        known.CreatedAt.ToString("u", CultureInfo.InvariantCulture), known.Uses.ToString(CultureInfo.InvariantCulture),
    ];
}
