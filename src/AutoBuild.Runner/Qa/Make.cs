using System.Text.RegularExpressions;

namespace AutoBuild.Runner.Qa;

/// <summary>Finds target <c>check</c>, else <c>test</c>, in a makefile.</summary>
internal static partial class Make
{
    private static readonly string[] Files = ["GNUmakefile", "makefile", "Makefile"];
    private static readonly string[] Targets = ["check", "test"];

    internal static Ecosystem? Find(ProjectFolder folder)
    {
        var file = Files.FirstOrDefault(folder.Has);
        var targets = file is null ? [] : Target().Matches(folder.Read(file)).Select(match => match.Groups[1].Value).ToHashSet();
        return Targets.FirstOrDefault(targets.Contains) is { } target ? Ecosystem.Of("make", [Ecosystem.Check(target, $"make {target}")]) : null;
    }

    [GeneratedRegex(@"^(check|test)\s*::?(?![=:])", RegexOptions.Multiline)]
    private static partial Regex Target();
}
