using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AutoBuild.Tests.Codebase;

/// <summary>Holds the project references against the table in ARCHITECTURE.md.</summary>
public sealed partial class PartsTests
{
    [Fact]
    public void Project_references_equal_the_table()
    {
        var table = Table();
        var projects = Repository.Files("src", "*.csproj").ToDictionary(file => Path.GetFileNameWithoutExtension(file), References);

        Assert.Equal(projects.Keys.Order(), table.Keys.Order());
        Assert.All(projects, project =>
        {
            var allowed = table[project.Key] is ["all"] ? projects.Keys.Where(name => name != project.Key) : table[project.Key];
            Assert.Equal(allowed.Order(), project.Value.Order());
        });
    }

    [Fact]
    public void Only_the_composition_root_sees_siblings() =>
        Assert.Equal(["AutoBuild"], Table().Where(part => part.Value is ["all"]).Select(part => part.Key));

    /// <summary>Rows look like <c>| `src/AutoBuild.Storage` | … | Core |</c>.</summary>
    private static Dictionary<string, string[]> Table() =>
        Row().Matches(Repository.Read("ARCHITECTURE.md")).ToDictionary(
            row => row.Groups["part"].Value,
            row => row.Groups["may"].Value switch
            {
                "nothing" => [],
                "all" => ["all"],
                var names => names.Split(", ").Select(name => $"AutoBuild.{name}").ToArray(),
            });

    private static IReadOnlyList<string> References(string project) =>
        XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
            .ToList();

    [GeneratedRegex(@"^\| `src/(?<part>AutoBuild[.A-Za-z]*)` \|[^|]*\| (?<may>[A-Za-z, ]+) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
