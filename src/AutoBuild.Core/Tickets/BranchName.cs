using System.Text;

namespace AutoBuild.Core.Tickets;

/// <summary>Names the branch of a ticket: <c>autobuild/&lt;last 8 hex of its id&gt;-&lt;slug of its title&gt;</c>.</summary>
public static class BranchName
{
    private const int LongestSlug = 40;

    /// <summary>Returns the name; it is chosen once per ticket, a later title doesn't change it.</summary>
    /// <param name="title">Everything but ASCII letters and digits becomes one hyphen; a title without any leaves the id alone.</param>
    public static string Of(Guid ticket, string title)
    {
        var slug = Slug(title);
        var id = ShortId.Of(ticket);
        return slug.Length == 0 ? $"autobuild/{id}" : $"autobuild/{id}-{slug}";
    }

    private static string Slug(string title)
    {
        var slug = new StringBuilder(LongestSlug);
        foreach (var letter in title)
        {
            if (slug.Length == LongestSlug)
            {
                break;
            }

            if (char.IsAsciiLetterOrDigit(letter))
            {
                slug.Append(char.ToLowerInvariant(letter));
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().TrimEnd('-');
    }
}
