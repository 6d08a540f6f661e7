using System.Text.RegularExpressions;

namespace AutoBuild.Tests.Codebase;

/// <summary>Holds what no compiler checks.</summary>
public sealed partial class RulesTests
{
    private const int MostLines = 400;

    /// <summary>The seams; another interface needs a second implementation or a foreign one.</summary>
    private static readonly string[] Seams = ["IStore", "IAgent", "IRunLauncher", "IMemory", "IVectorStore"];

    /// <summary>These describe package managers, which is their name.</summary>
    private static readonly string[] PackageManagers = ["NodeManager", "PythonManager"];

    private static readonly IReadOnlyList<string> Sources = Repository.Files("src", "*.cs");

    private static readonly IReadOnlyList<string> Written = new[] { "*.cs", "*.md", "*.sql", "*.yml", "*.yaml", "*.props", "*.csproj", "*.sh", "*.json", "test", "autobuild", "run" }
        .SelectMany(pattern => Repository.Files("", pattern))
        .Except(["tests/AutoBuild.Tests/Codebase/RulesTests.cs"])
        .ToList();

    [Fact]
    public void Sql_stands_in_sql_files_only() => Repository.HasNo(Repository.Lines(Sources, Sql().IsMatch));

    [Fact]
    public void A_file_fits_the_head() =>
        Repository.HasNo(Sources.Where(file => Repository.Read(file).Split('\n').Length > MostLines));

    [Fact]
    public void Nothing_is_left_for_later() =>
        Repository.HasNo(Repository.Lines(Written, text => Later().IsMatch(text)));

    [Fact]
    public void No_path_of_a_machine_is_written_down() =>
        Repository.HasNo(Repository.Lines(Written, text => MachinePath().IsMatch(text)));

    [Fact]
    public void Interfaces_stand_at_seams_only() =>
        Repository.HasNo(Declared("interface").Except(Seams));

    [Fact]
    public void Names_say_what_a_thing_is() =>
        Repository.HasNo(Declared("class|record|struct|enum|interface").Except(PackageManagers).Where(name => EmptyName().IsMatch(name)));

    [Fact]
    public void Folders_are_features() =>
        Repository.HasNo(Sources.SelectMany(file => file.Split('/')[..^1]).Distinct().Where(folder => EmptyFolder().IsMatch(folder)));

    [Fact]
    public void Switches_over_enums_name_every_value() =>
        Repository.HasNo(Sources.Where(file => DiscardAfterEnum().IsMatch(Repository.Read(file))));

    private static List<string> Declared(string kinds) =>
        Sources.SelectMany(file => Regex.Matches(Repository.Read(file), $@"^\s*(?:public|internal)\s[a-z ]*\b(?:{kinds})\s+(?:class\s+|struct\s+)?(?<name>[A-Z]\w*)", RegexOptions.Multiline))
            .Select(match => match.Groups["name"].Value)
            .Distinct()
            .ToList();

    [GeneratedRegex("\"[^\"]*\\b(SELECT\\s.*\\sFROM|INSERT\\s+INTO|UPDATE\\s+\\w+\\s+SET|DELETE\\s+FROM|CREATE\\s+(TABLE|INDEX|UNIQUE)|ALTER\\s+TABLE|PRAGMA\\s|BEGIN\\s+IMMEDIATE)")]
    private static partial Regex Sql();

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedException")]
    private static partial Regex Later();

    [GeneratedRegex("(?<![\\w.~$}*])/(work|root|home/[a-z]+|Users/[A-Za-z]+)/")]
    private static partial Regex MachinePath();

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Utility|Service|Impl|Info)$")]
    private static partial Regex EmptyName();

    [GeneratedRegex("^(Services|Models|Helpers|Interfaces|Utils|Utilities|Common|Shared|Misc)$")]
    private static partial Regex EmptyFolder();

    // The arm before the discard names a value of one of the state machines.
    [GeneratedRegex(@"\n\s*(JobState|JobStatus|TicketState|LandingState|WorktreeState|RunOutcome|QaStatus|QaVerdict|RunEventKind)\.[^\n{}]* => [^\n]*\n\s*_ =>")]
    private static partial Regex DiscardAfterEnum();
}
