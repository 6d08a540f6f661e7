using System.Text.RegularExpressions;

namespace AutoBuild.Tests.Codebase;

/// <summary>Follows the links of the documentation.</summary>
public sealed partial class LinksTests
{
    [Fact]
    public void Every_link_leads_to_a_file()
    {
        var broken = new List<string>();
        foreach (var page in Repository.Files("", "*.md"))
        {
            var folder = Path.GetDirectoryName(page) ?? "";
            broken.AddRange(Link().Matches(Repository.Read(page))
                .Select(link => link.Groups["target"].Value)
                .Where(target => !Repository.Has(Path.Combine(folder, target)))
                .Select(target => $"{page}: {target}"));
        }

        Repository.HasNo(broken);
    }

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)(?<target>[^)#\s]+)[^)]*\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}
