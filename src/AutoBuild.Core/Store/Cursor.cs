using System.Globalization;
using System.Text;

namespace AutoBuild.Core.Store;

/// <summary>Says where the next page of a list starts: after this row, newest first. What is added meanwhile moves nothing.</summary>
/// <param name="List">The list that gave it out, such as <c>jobs</c>; no other takes it.</param>
/// <param name="At">By what the list is ordered: an instant in milliseconds, or a number that grows.</param>
public readonly record struct Cursor(string List, long At, string Id)
{
    private const int LargestPage = 500;

    /// <summary>Reads the page's cursor; null for the first page.</summary>
    /// <exception cref="AutoBuildException">cursor_invalid.</exception>
    public static Cursor? Of(string list, PageRequest page)
    {
        if (page.Cursor is not { } text)
        {
            return null;
        }

        var parts = Decoded(text).Split(' ');
        return parts.Length == 3 && parts[0] == list && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new Cursor(list, at, parts[2])
            : throw Broken(null);
    }

    /// <summary>Cuts a page out of one row more than asked for.</summary>
    public static Page<T> Page<T>(List<T> rows, PageRequest page, Func<T, Cursor> at)
    {
        var limit = Limit(page);
        return rows.Count > limit
            ? new Page<T>(rows[..limit], at(rows[limit - 1]).ToString())
            : new Page<T>(rows, null);
    }

    /// <summary>Cuts a page out of a whole list.</summary>
    /// <param name="sorted">Newest first, by instant and then by id.</param>
    public static Page<T> Cut<T>(string list, IEnumerable<T> sorted, PageRequest page, Func<T, (DateTimeOffset At, string Id)> key)
    {
        Cursor Place(T item) => key(item) is var (at, id) ? new Cursor(list, at.ToUnixTimeMilliseconds(), id) : default;
        var rest = Of(list, page) is { } last ? sorted.Where(item => Place(item).IsAfter(last)) : sorted;
        return Page([.. rest.Take(Limit(page) + 1)], page, Place);
    }

    public static int Limit(PageRequest page) => Math.Clamp(page.Limit, 1, LargestPage);

    public override string ToString() => Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{List} {At} {Id}")));

    private bool IsAfter(Cursor last) => At < last.At || (At == last.At && string.CompareOrdinal(Id, last.Id) < 0);

    private static string Decoded(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException fault)
        {
            throw Broken(fault);
        }
    }

    private static AutoBuildException Broken(Exception? fault) =>
        new("cursor_invalid", "The cursor is none that this list gave out; start again without one.", fault);
}
