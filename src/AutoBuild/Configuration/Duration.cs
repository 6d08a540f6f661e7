using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoBuild.Configuration;

/// <summary>Reads and writes spans of time as people write them: <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>1h30m</c>, <c>250ms</c>.</summary>
public static partial class Duration
{
    /// <summary>Returns the span, or null where the text is none; a bare number is none, for nobody knows its unit.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text.Length is 0 or > 20 || Shape().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var span = TimeSpan.Zero;
        foreach (var (group, unit) in Units)
        {
            if (match.Groups[group] is { Success: true, Value: var digits })
            {
                span += unit * double.Parse(digits, CultureInfo.InvariantCulture);
            }
        }

        return span;
    }

    /// <summary>Returns the shortest text that reads back as the same span.</summary>
    public static string Format(TimeSpan span)
    {
        var text = "";
        foreach (var (group, unit) in Units)
        {
            if (span >= unit)
            {
                text += $"{(long)(span / unit)}{group}";
                span -= unit * Math.Floor(span / unit);
            }
        }

        return text.Length == 0 ? "0s" : text;
    }

    private static readonly (string Group, TimeSpan Unit)[] Units =
    [
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    [GeneratedRegex(@"^(?=[0-9])((?<d>[0-9]{1,4})d)?((?<h>[0-9]{1,6})h)?((?<m>[0-9]{1,8})m(?!s))?((?<s>[0-9]{1,8})s)?((?<ms>[0-9]{1,8})ms)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
