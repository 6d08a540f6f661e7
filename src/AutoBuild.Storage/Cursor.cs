using System.Globalization;
using System.Text;
using AutoBuild.Core;
using AutoBuild.Core.Store;

namespace AutoBuild.Storage;

/// <summary>Says where the next page of a list starts: after this row, newest first.</summary>
internal readonly record struct Cursor(long At, string Id)
{
    private const int LargestPage = 500;

    /// <summary>Reads the page's cursor; null for the first page.</summary>
    public static Cursor? Of(PageRequest page)
    {
        if (page.Cursor is not { } text)
        {
            return null;
        }

        var parts = Decoded(text).Split(' ');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new Cursor(at, parts[1])
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

    public static int Limit(PageRequest page) => Math.Clamp(page.Limit, 1, LargestPage);

    public override string ToString() => Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At} {Id}")));

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
        new("cursor_invalid", "The cursor is none that a list gave out; start again without one.", fault);
}
