using System.Text.RegularExpressions;

namespace AutoBuild.Runner.Qa;

/// <summary>Finds a Go module or workspace: lint where it is configured, build, vet, and test where there are tests.</summary>
internal static partial class Go
{
    private const int Depth = 8;

    internal static Ecosystem? Find(ProjectFolder folder)
    {
        var packages = folder.Has("go.work") ? Workspace(folder) : folder.Has("go.mod") ? "./..." : "";
        if (packages.Length == 0)
        {
            return null;
        }
        var lint = folder.HasAny(".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json")
            ? Ecosystem.Check("lint", $"golangci-lint run {packages}")
            : null;
        var test = folder.Files(Depth, "*_test.go").Any() ? Ecosystem.Check("test", $"go test {packages}") : null;
        var (build, vet) = (Ecosystem.Check("build", $"go build {packages}"), Ecosystem.Check("vet", $"go vet {packages}"));
        return Ecosystem.Of("go", [lint, build, vet, test]);
    }

    // In a workspace "./..." means the root's own module only.
    private static string Workspace(ProjectFolder folder) =>
        string.Join(' ', Use().Matches(folder.Read("go.work")).SelectMany(match => match.Groups["modules"].Value.Split('\n'))
            .Select(line => line.Split("//")[0].Trim().Trim('"').TrimEnd('/'))
            .Where(line => line.Length > 0)
            .Select(line => Ecosystem.Quote($"{(line.StartsWith('.') ? "" : "./")}{line}/...")));

    [GeneratedRegex(@"^use\s+(?:\((?<modules>[^)]*)\)|(?<modules>[^(\s][^\n]*))", RegexOptions.Multiline)]
    private static partial Regex Use();
}
