using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoBuild.Runner.Agents;

/// <summary>Reads from a provider's words when a used-up share comes back.</summary>
/// <remarks>
/// Forms taken: seconds since 1970 after a bar (<c>limit reached|1795244400</c>), a length (<c>try again in 2 days 3 hours</c>), a time of the day
/// with or without a zone (<c>resets 3am (America/Los_Angeles)</c>), a date and time (<c>try again at Nov 22nd, 2026 3:14 PM</c>). A time without a zone is the machine's own.
/// </remarks>
internal static partial class ResetTime
{
    /// <summary>Returns the time, always after <paramref name="now"/>; null where the text tells none.</summary>
    public static DateTimeOffset? Read(string text, DateTimeOffset now) =>
        (Epoch(text) ?? Length(text, now) ?? Dated(text, now) ?? OfDay(text, now)) is { } found && found > now ? found : null;

    private static DateTimeOffset? Epoch(string text) =>
        EpochForm().Match(text) is { Success: true } match ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)) : null;

    private static DateTimeOffset? Length(string text, DateTimeOffset now)
    {
        if (LengthForm().Match(text) is not { Success: true } match)
        {
            return null;
        }
        var length = TimeSpan.Zero;
        foreach (Match part in PartForm().Matches(match.Groups[1].Value))
        {
            var number = double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture);
            length += char.ToLowerInvariant(part.Groups[2].Value[0]) switch
            {
                'd' => TimeSpan.FromDays(number),
                'h' => TimeSpan.FromHours(number),
                'm' => TimeSpan.FromMinutes(number),
                var _ => TimeSpan.FromSeconds(number),
            };
        }
        return length > TimeSpan.Zero ? now + length : null;
    }

    private static DateTimeOffset? Dated(string text, DateTimeOffset now)
    {
        if (DateForm().Match(text) is not { Success: true } match)
        {
            return null;
        }
        var words = $"{match.Groups["month"].Value} {match.Groups["day"].Value} {(match.Groups["year"].Success ? match.Groups["year"].Value : now.Year)} {Clock(match)}";
        return DateTime.TryParseExact(words, ["MMM d yyyy HH:mm", "MMMM d yyyy HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? At(local, Zone(match))
            : null;
    }

    private static DateTimeOffset? OfDay(string text, DateTimeOffset now)
    {
        if (DayForm().Match(text) is not { Success: true } match)
        {
            return null;
        }
        var zone = Zone(match);
        var here = TimeZoneInfo.ConvertTime(now, zone);
        var today = At(here.Date + TimeSpan.ParseExact(Clock(match), @"hh\:mm", CultureInfo.InvariantCulture), zone);
        return today > now ? today : At(today.AddDays(1).DateTime, zone);
    }

    /// <summary>The time of the day as HH:mm, from 12 or 24 hours.</summary>
    private static string Clock(Match match)
    {
        var hour = int.Parse(match.Groups["hour"].Value, CultureInfo.InvariantCulture);
        var half = match.Groups["half"].Value.ToUpperInvariant();
        hour = half switch { "AM" => hour % 12, "PM" => (hour % 12) + 12, var _ => Math.Min(hour, 23) };
        var minute = match.Groups["minute"].Success ? match.Groups["minute"].Value : "00";
        return $"{hour:00}:{minute}";
    }

    private static TimeZoneInfo Zone(Match match) =>
        match.Groups["zone"] is { Success: true, Value: var name } && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Local;

    private static DateTimeOffset At(DateTime local, TimeZoneInfo zone) => new(local, zone.GetUtcOffset(local));

    [GeneratedRegex(@"limit[^|]{0,40}\|(\d{10})\b", RegexOptions.IgnoreCase)]
    private static partial Regex EpochForm();

    [GeneratedRegex(@"(?:again|retry|resets?|available|wait)\b[^.\d]{0,20}?\bin\s+((?:\d+(?:\.\d+)?\s*[a-z]+[\s,]*(?:and\s+)?)+)", RegexOptions.IgnoreCase)]
    private static partial Regex LengthForm();

    [GeneratedRegex(@"(\d+(?:\.\d+)?)\s*(d|h|m|s)[a-z]*", RegexOptions.IgnoreCase)]
    private static partial Regex PartForm();

    [GeneratedRegex(@"(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+(?<day>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?<year>\d{4}))?,?\s+(?:at\s+)?(?<hour>\d{1,2})(?::(?<minute>\d{2}))?\s*(?<half>[AP]M)?(?:\s*\((?<zone>[A-Za-z_/+-]+)\))?", RegexOptions.IgnoreCase)]
    private static partial Regex DateForm();

    [GeneratedRegex(@"(?:resets?|again|available)\b\s*(?:at\s+)?(?<hour>\d{1,2})(?::(?<minute>\d{2}))?\s*(?<half>[AP]M)?(?:\s*\((?<zone>[A-Za-z_/+-]+)\))?", RegexOptions.IgnoreCase)]
    private static partial Regex DayForm();
}
