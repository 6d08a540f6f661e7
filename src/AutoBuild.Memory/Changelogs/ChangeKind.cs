using System.Text.RegularExpressions;

namespace AutoBuild.Memory.Changelogs;

/// <summary>Tells what a change is to those who use the project; the order is the one of a changelog.</summary>
public enum ChangeKind
{
    Breaking,
    Security,
    Added,
    Changed,
    Deprecated,
    Removed,
    Fixed,
    Performance,
    Reverted,
    Documentation,
    Dependencies,
    Internal,
}

/// <summary>Tells the kind of a change by the first word of its message.</summary>
internal static partial class ChangeKinds
{
    // The types of Conventional Commits 1.0.0 and of the Angular convention it comes from.
    private static readonly Dictionary<string, ChangeKind> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["feat"] = ChangeKind.Added, ["feature"] = ChangeKind.Added, ["add"] = ChangeKind.Added,
        ["fix"] = ChangeKind.Fixed, ["bugfix"] = ChangeKind.Fixed, ["hotfix"] = ChangeKind.Fixed,
        ["perf"] = ChangeKind.Performance,
        ["security"] = ChangeKind.Security, ["sec"] = ChangeKind.Security,
        ["deprecate"] = ChangeKind.Deprecated, ["deprecated"] = ChangeKind.Deprecated,
        ["remove"] = ChangeKind.Removed, ["removed"] = ChangeKind.Removed,
        ["revert"] = ChangeKind.Reverted,
        ["docs"] = ChangeKind.Documentation, ["doc"] = ChangeKind.Documentation,
        ["deps"] = ChangeKind.Dependencies,
        ["change"] = ChangeKind.Changed, ["improvement"] = ChangeKind.Changed, ["enhancement"] = ChangeKind.Changed,
        ["refactor"] = ChangeKind.Internal, ["test"] = ChangeKind.Internal, ["tests"] = ChangeKind.Internal, ["ci"] = ChangeKind.Internal,
        ["build"] = ChangeKind.Internal, ["chore"] = ChangeKind.Internal, ["style"] = ChangeKind.Internal, ["release"] = ChangeKind.Internal,
    };

    // What people begin a plain message with; the imperative, the past and the third person.
    private static readonly Dictionary<string, ChangeKind> Verbs = Forms(
        (ChangeKind.Added, ["add", "introduce", "implement", "support", "allow", "create", "enable", "provide", "expose"]),
        (ChangeKind.Fixed, ["fix", "correct", "repair", "resolve", "prevent", "avoid", "handle", "mend"]),
        (ChangeKind.Removed, ["remove", "delete", "drop"]),
        (ChangeKind.Deprecated, ["deprecate"]),
        (ChangeKind.Performance, ["optimize", "optimise", "accelerate"]),
        (ChangeKind.Documentation, ["document"]),
        (ChangeKind.Dependencies, ["bump", "upgrade"]),
        (ChangeKind.Internal, ["refactor", "reformat", "format", "test", "release", "merge", "typo", "lint", "translate"]),
        (ChangeKind.Reverted, ["revert"]));

    private static readonly string[] DependencyScopes = ["deps", "dep", "deps-dev", "dependencies"];

    /// <summary>The kind of a Conventional Commit; null where the type is none of those in use.</summary>
    public static ChangeKind? OfType(string type, string scope) =>
        !Types.TryGetValue(type, out var kind) ? null : DependencyScopes.Contains(scope, StringComparer.OrdinalIgnoreCase) ? ChangeKind.Dependencies : kind;

    /// <summary>The kind of a plain message by its first word; <see cref="ChangeKind.Changed"/> where that says nothing.</summary>
    public static ChangeKind OfSubject(string subject)
    {
        if (NewVersion().IsMatch(subject))
        {
            return ChangeKind.Dependencies;
        }

        var end = subject.IndexOfAny([' ', ':', ',', '.']);
        return Verbs.GetValueOrDefault(end < 0 ? subject : subject[..end], ChangeKind.Changed);
    }

    [GeneratedRegex(@"^(update|bump|upgrade)s?d?\b.* to v?\d", RegexOptions.IgnoreCase)]
    private static partial Regex NewVersion();

    private static Dictionary<string, ChangeKind> Forms(params (ChangeKind Kind, string[] Verbs)[] rows)
    {
        var forms = new Dictionary<string, ChangeKind>(StringComparer.OrdinalIgnoreCase);
        foreach (var (kind, verbs) in rows)
        {
            foreach (var verb in verbs)
            {
                var stem = verb.EndsWith('e') ? verb[..^1] : verb;
                foreach (var form in (string[])[verb, verb + (verb.EndsWith('x') ? "es" : "s"), stem + "ed", verb + verb[^1] + "ed", stem + "ing"])
                {
                    forms.TryAdd(form, kind);
                }
            }
        }

        return forms;
    }
}
