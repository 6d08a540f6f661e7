using System.Text;

namespace AutoBuild.Core.Tickets;

/// <summary>Names the branch of a ticket: <c>autobuild/&lt;last 8 hex of its id&gt;-&lt;slug of its title&gt;</c>.</summary>
public static class BranchName
{
    private const int LongestSlug = 40;
    private const int LongestName = 200;
    private static readonly string[] Forbidden = ["..", "@{", "//", "/."];

    /// <summary>Returns the name; it is chosen once per ticket, a later title doesn't change it.</summary>
    /// <param name="title">Everything but ASCII letters and digits becomes one hyphen; a title without any leaves the id alone.</param>
    public static string Of(Guid ticket, string title)
    {
        var slug = Slug(title);
        var id = ShortId.Of(ticket);
        return slug.Length == 0 ? $"autobuild/{id}" : $"autobuild/{id}-{slug}";
    }

    /// <summary>Tells whether git takes a text for the name of a branch, at most 200 bytes; what looks like an option or a path out of here is none.</summary>
    public static bool IsValid(string name) =>
        name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= LongestName
        && name[0] is not ('-' or '/' or '.') && name[^1] is not ('/' or '.') && name is not ("@" or "HEAD")
        && !Forbidden.Any(part => name.Contains(part, StringComparison.Ordinal))
        && !name.Any(letter => char.IsControl(letter) || " ~^:?*[\\".Contains(letter, StringComparison.Ordinal))
        && !name.Split('/').Any(part => part.EndsWith(".lock", StringComparison.Ordinal));

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
