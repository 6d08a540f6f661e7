using System.CommandLine;
using System.Globalization;
using AutoBuild.Api;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild search</c>.</summary>
internal static class SearchCommand
{
    public static Verb Create()
    {
        var query = new Argument<string>("QUERY") { Description = "Words, names, a path, a failing line; - reads it from standard input." };
        var most = new Option<int>("--max-results") { Description = "How many places.", HelpName = "N", DefaultValueFactory = _ => 10 };
        var files = new Option<string?>("--files") { Description = "Only files that match, as in .gitignore.", HelpName = "PATTERN" };
        var reference = new Option<string?>("--ref") { Description = "A branch, a commit or a working tree (default: what was indexed).", HelpName = "REF" };
        return new Verb("search", "Finds the places in a repository that a text speaks of; index it first.", "autobuild search 'where is the visitor greeted' --files 'src/**'", async call =>
        {
            using var api = await call.ConnectAsync();
            var project = await new Lookup(api, call).ProjectAsync();
            var body = new SearchBody { ProjectId = $"{project.Id}", Query = await call.TextAsync(call.Get(query)), MaxResults = call.Get(most), FileFilter = call.Get(files), Ref = call.Get(reference) };
            return call.Print(await api.SearchAsync(body, call.Cancel), found => Tables.Show(call, ["score", "where", "text"],
                [.. found.Results.Select(place => (string[])[place.Similarity.ToString("0.00", CultureInfo.InvariantCulture), $"{place.FilePath}:{place.StartLine}", place.Symbol.Length > 0 ? place.Symbol : Plain.Line(place.Content, 80)])],
                "Nothing was found."));
        }).With(query, ProjectOptions.Repository, ProjectOptions.Project, most, files, reference).PrintsData();
    }
}
