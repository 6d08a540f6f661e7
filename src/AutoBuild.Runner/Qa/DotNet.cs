using System.Text.RegularExpressions;

namespace AutoBuild.Runner.Qa;

/// <summary>Finds a solution, else projects: build, and test where a project is there for tests.</summary>
internal static partial class DotNet
{
    private const int Depth = 3;

    // Nothing of a build may outlive its check.
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
    };

    internal static Ecosystem? Find(ProjectFolder folder)
    {
        var targets = Targets(folder);
        if (targets.Count == 0)
        {
            return null;
        }
        var tests = folder.Files(Depth + 1, "*.csproj", "*.fsproj", "*.vbproj").Any(project => IsTest(folder, project));
        var build = Step("build", targets.Select(target => $"dotnet build{target.Argument}"));
        return Ecosystem.Of("dotnet", [build, tests ? Test(folder, targets) : null]);
    }

    private static QaStep Step(string name, IEnumerable<string> commands) =>
        Ecosystem.Check(name, string.Join(" && ", commands)) with { Environment = Environment };

    // Only the runner of the testing platform wants the target named; its exit code 8 says that no test ran.
    private static QaStep Test(ProjectFolder folder, List<(string Argument, bool Solution)> targets)
    {
        var platform = UsesTestingPlatform(folder);
        var commands = targets.Select(target => target.Argument.Length == 0 ? "dotnet test --no-build"
            : platform ? $"dotnet test {(target.Solution ? "--solution" : "--project")}{target.Argument} --no-build"
            : $"dotnet test{target.Argument} --no-build");
        return Step("test", commands) with { EmptyExit = platform ? 8 : null, EmptyText = platform ? null : "No test is available in" };
    }

    // A single file at the root is what dotnet takes by itself.
    private static List<(string Argument, bool Solution)> Targets(ProjectFolder folder)
    {
        foreach (var depth in IsHome(folder) ? [0, 2] : (int[])[0])
        {
            var solutions = folder.Files(depth, "*.slnx", "*.sln").DistinctBy(Path.GetFileNameWithoutExtension).ToList();
            if (solutions.Count > 0)
            {
                var alone = folder.Files(0, "*.slnx", "*.sln", "*.csproj", "*.fsproj", "*.vbproj").Count() == 1;
                return alone ? [("", true)] : [.. solutions.Select(solution => ($" {Ecosystem.Quote(solution)}", true))];
            }
            var projects = folder.Files(depth == 0 ? 0 : Depth, "*.csproj", "*.fsproj", "*.vbproj").ToList();
            if (projects.Count > 0)
            {
                return depth == 0 && projects.Count == 1 ? [("", false)] : [.. projects.Select(project => ($" {Ecosystem.Quote(project)}", false))];
            }
        }
        return [];
    }

    // Below the root of a repository of another kind lie examples as often as projects.
    private static bool IsHome(ProjectFolder folder) =>
        folder.Name.Length > 0 || folder.HasAny("Directory.Build.props", "Directory.Packages.props", "global.json", "nuget.config", "NuGet.config");

    private static bool UsesTestingPlatform(ProjectFolder folder) =>
        (folder.ReadJson("global.json") ?? (folder with { Name = "" }).ReadJson("global.json")) is { } settings
        && settings.TryGetProperty("test", out var test) && test.TryGetProperty("runner", out var runner)
        && runner.ToString() == "Microsoft.Testing.Platform";

    private static bool IsTest(ProjectFolder folder, string project) => TestMark().IsMatch(folder.Read(project));

    [GeneratedRegex(@"<IsTestProject>\s*true|Include=""(Microsoft\.NET\.Test\.Sdk|xunit(\.v3.*)?|NUnit|MSTest.*|TUnit.*|Expecto)""|Sdk=""MSTest\.Sdk", RegexOptions.IgnoreCase)]
    private static partial Regex TestMark();
}
