using System.Text.RegularExpressions;

namespace AutoBuild.Tests.Codebase;

/// <summary>Holds that every code that somebody can meet stands in docs/errors.md, and nothing else does.</summary>
public sealed partial class ErrorCodesTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Every_code_of_the_source_is_in_the_docs()
    {
        var documented = Documented();
        var missing = InSource().Where(code => !documented.Contains(code)).Order().ToList();
        Assert.True(missing.Count == 0, $"docs/errors.md lacks: {string.Join(", ", missing)}");
    }

    [Fact]
    public void Every_code_of_the_docs_is_in_the_source()
    {
        var words = SourceFiles().SelectMany(file => Word().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToHashSet();
        var stale = Documented().Where(code => !words.Contains(code) && !code.EndsWith("_not_found", StringComparison.Ordinal)).Order().ToList();
        Assert.True(stale.Count == 0, $"docs/errors.md has codes that no source names: {string.Join(", ", stale)}");
    }

    [Fact]
    public void The_search_finds_codes_of_every_form() => Assert.Subset(InSource().ToHashSet(), new HashSet<string> {"illegal_move", "config_missing", "route_not_found", "git_missing" });

    internal static HashSet<string> Documented() =>
        [.. Documents().Matches(File.ReadAllText(Path.Combine(Root, "docs", "errors.md"))).Select(match => match.Groups[1].Value)];

    private static IEnumerable<string> InSource() => SourceFiles()
        .SelectMany(file => Codes().Matches(File.ReadAllText(file)))
        .Select(match => match.Groups["code"].Value)
        .Distinct();

    private static IEnumerable<string> SourceFiles() => Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "AutoBuild.slnx")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("AutoBuild.slnx is not above the tests.");
        }

        return directory.FullName;
    }

    // A fault, a refusal, a problem or a run's error, made with its code as a literal.
    [GeneratedRegex("""(?:AutoBuildException|WorkspaceException|ApiFault|RunError|SyncOutcome\.Refused|Refusals\.\w+|new Problem|new Refusal|new)\((?:\s*(?:RefusalKind\.\w+|\d{3}|StatusCodes\.\w+|null),)?\s*"(?<code>[a-z]+(?:_[a-z0-9]+)+)",""")]
    private static partial Regex Codes();

    [GeneratedRegex("\"([a-z]+(?:_[a-z0-9]+)*)\"")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\| `([a-z_0-9]+)`", RegexOptions.Multiline)]
    private static partial Regex Documents();
}
