using AutoBuild.Core.Memory;
using AutoBuild.Memory.Context;

namespace AutoBuild.Memory.Patterns;

/// <summary>Reads out of work that landed which habits of the project it bears out, and which it goes against. What did not land teaches nothing.</summary>
internal static class PatternLearner
{
    // Whoever changes more at once moves things about rather than together.
    private const int MostTogether = 6;

    /// <param name="known">What the project is known for.</param>
    public static IReadOnlyList<PatternEvidence> Learn(RunFacts facts, IReadOnlyList<LearnedPattern> known) => facts.End != RunEnd.Landed ? [] :
    [
        .. new[] { Commands(facts), Places(facts), Names(facts), Tests(facts), Together(facts, known) }.SelectMany(some => some)
            .GroupBy(evidence => evidence.Key).Select(same => same.First()),
    ];

    private static IEnumerable<PatternEvidence> Commands(RunFacts facts) =>
        facts.Passed.Select(check => new PatternEvidence(PatternType.Command, $"command {check.Command}", $"`{check.Command}` checks the work.", Held: true));

    private static IEnumerable<PatternEvidence> Places(RunFacts facts) =>
        from path in facts.Added
        let kind = Path.GetExtension(path)
        where kind.Length > 1 && !TestPaths.IsTest(path)
        select new PatternEvidence(PatternType.FileStructure, $"place {kind} {Folder(path)}", $"New `{kind}` files go into `{Folder(path)}`.", Held: true);

    // A style is borne out by those names only that no other style could have.
    private static IEnumerable<PatternEvidence> Names(RunFacts facts) =>
        from path in facts.Added
        let kind = Path.GetExtension(path)
        let style = NameStyles.Of(TestPaths.SubjectOf(path) ?? TestPaths.Stem(path))
        where kind.Length > 1 && style is not null
        from other in NameStyles.All
        select new PatternEvidence(PatternType.Naming, $"name {kind} {other}", other == style ? $"Names of `{kind}` files are in {other}." : null, other == style);

    private static IEnumerable<PatternEvidence> Tests(RunFacts facts)
    {
        var code = facts.Changed.Where(path => !TestPaths.IsTest(path)).ToList();
        foreach (var test in facts.Changed.Where(TestPaths.IsTest))
        {
            if (TestPaths.SubjectOf(test) is { } subject && code.FirstOrDefault(path => TestPaths.Stem(path) == subject && Path.GetExtension(path) == Path.GetExtension(test)) is { } tested)
            {
                var kind = Path.GetExtension(test);
                var name = Path.GetFileName(test).Replace(subject, "NAME", StringComparison.Ordinal);
                yield return new PatternEvidence(PatternType.TestConvention, $"test name {name}", $"The test of `NAME{kind}` is called `{name}`.", Held: true);
                yield return Place(test, tested);
            }
        }

        if (code.Any(path => NameStyles.IsCode(path)))
        {
            var tested = facts.Changed.Any(TestPaths.IsTest);
            yield return new PatternEvidence(PatternType.TestConvention, "test with", tested ? "Changes of code come with changes of tests." : null, tested);
        }
    }

    private static PatternEvidence Place(string test, string tested)
    {
        var beside = Folder(test) == Folder(tested);
        var top = test.Split('/')[0];
        return beside
            ? new PatternEvidence(PatternType.TestConvention, "test place beside", "Tests stand beside what they test.", Held: true)
            : new PatternEvidence(PatternType.TestConvention, $"test place {top}", $"Tests stand under `{top}`, not beside what they test.", Held: true);
    }

    private static IEnumerable<PatternEvidence> Together(RunFacts facts, IReadOnlyList<LearnedPattern> known)
    {
        var changed = facts.Changed.Order(StringComparer.Ordinal).ToList();
        var pairs = changed.Count > MostTogether ? [] : changed.SelectMany((one, index) => changed.Skip(index + 1).Select(other => (one, other)));
        foreach (var (one, other) in pairs)
        {
            yield return new PatternEvidence(PatternType.CoChange, Pair(one, other), $"`{one}` and `{other}` change together.", Held: true);
        }

        foreach (var pattern in known.Where(pattern => pattern is { PatternType: PatternType.CoChange, Key: not null }))
        {
            var both = pattern.Key!.Split('\n').Skip(1).ToList();
            if (both.Count(changed.Contains) == 1)
            {
                yield return new PatternEvidence(PatternType.CoChange, pattern.Key, null, Held: false);
            }
        }
    }

    private static string Pair(string one, string other) => $"together\n{one}\n{other}";

    private static string Folder(string path) => path.LastIndexOf('/') is > 0 and var at ? path[..at] : ".";
}
