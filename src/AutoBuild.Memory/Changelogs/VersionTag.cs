using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoBuild.Memory.Changelogs;

/// <summary>Knows tags that name versions, and suggests what follows one by Semantic Versioning 2.0.0.</summary>
internal static partial class VersionTag
{
    /// <summary>Whether a tag names a version, with whatever stands before the numbers.</summary>
    public static bool IsVersion(string tag) => Version().IsMatch(tag);

    /// <summary>The next version in the tag's own form; null where the tag is none or nothing was changed. Before 1.0.0 a breaking change raises the second number.</summary>
    public static string? After(string? tag, IReadOnlyCollection<ChangeEntry> changes)
    {
        if (tag is null || changes.Count == 0 || Version().Match(tag) is not { Success: true } match)
        {
            return null;
        }

        var (major, minor, patch) = (Part("major"), Part("minor"), Part("patch"));
        var breaks = changes.Any(change => change.Kind == ChangeKind.Breaking);
        var adds = changes.Any(change => change.Kind is ChangeKind.Added or ChangeKind.Deprecated);
        // A pre-release leads to its release, whose numbers it holds already.
        var next = match.Groups["pre"].Success ? (major, minor, patch)
            : breaks && major > 0 ? (major + 1, 0, 0)
            : breaks || adds ? (major, minor + 1, 0)
            : (major, minor, patch + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{match.Groups["prefix"].Value}{next.Item1}.{next.Item2}.{next.Item3}");

        int Part(string name) => int.TryParse(match.Groups[name].Value, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    [GeneratedRegex(@"^(?<prefix>|[^\d].*?)(?<major>\d{1,8})\.(?<minor>\d{1,8})(\.(?<patch>\d{1,8}))?(?<pre>-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Version();
}
