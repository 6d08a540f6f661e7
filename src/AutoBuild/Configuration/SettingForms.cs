using System.Globalization;
using AutoBuild.Core.Json;

namespace AutoBuild.Configuration;

/// <summary>Makes the lines of the table of settings, one method per form of value.</summary>
internal static class SettingForms
{
    internal static SettingKey Text(string path, string? variable, string expected, Func<Settings, string?> read, Func<Settings, string, Settings> write, Func<string, bool>? accepts = null) =>
        new(path, expected)
        {
            Variable = variable,
            Optional = true,
            Read = read,
            Write = (settings, words) => words[0].Length > 0 && accepts?.Invoke(words[0]) != false ? write(settings, words[0]) : null,
        };

    internal static SettingKey Url(string path, string? variable, string scheme, Func<Settings, string?> read, Func<Settings, string, Settings> write) =>
        Text(path, variable, $"an address such as {scheme}://…", read, write,
            text => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host.Length > 0 && Schemes(scheme).Contains(address.Scheme)) with { Address = true };

    internal static SettingKey Secret(string path, string? variable, Func<Settings, string?> read, Func<Settings, string, Settings> write) =>
        Text(path, variable, "a text", read, write) with { Secret = true };

    internal static SettingKey Number(string path, string? variable, int least, int most, Func<Settings, int> read, Func<Settings, int, Settings> write) =>
        new(path, $"a whole number from {least} to {most}")
        {
            Variable = variable,
            Read = settings => read(settings).ToString(CultureInfo.InvariantCulture),
            Write = (settings, words) =>
                int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                    ? write(settings, number)
                    : null,
        };

    internal static SettingKey Dollars(string path, Func<Settings, decimal?> read, Func<Settings, decimal, Settings> write) =>
        Text(path, null, "an amount in US dollars such as 2.50", s => read(s)?.ToString(CultureInfo.InvariantCulture),
            (s, v) => write(s, decimal.Parse(v, CultureInfo.InvariantCulture)),
            text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars) && dollars <= 1_000_000);

    internal static SettingKey Count(string path, Func<Settings, long?> read, Func<Settings, long, Settings> write) =>
        Text(path, null, "a whole number", s => read(s)?.ToString(CultureInfo.InvariantCulture),
            (s, v) => write(s, long.Parse(v, CultureInfo.InvariantCulture)),
            text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    internal static SettingKey Size(string path, Func<Settings, long> read, Func<Settings, long, Settings> write) =>
        new(path, "a size such as 500MB or 2GB, or 0")
        {
            Read = settings => ByteSize.Format(read(settings)),
            Write = (settings, words) => ByteSize.Parse(words[0]) is { } size ? write(settings, size) : null,
        };

    internal static SettingKey Span(string path, string? variable, Func<Settings, TimeSpan> read, Func<Settings, TimeSpan, Settings> write) =>
        new(path, "a duration above zero such as 90s, 30m or 1h30m")
        {
            Variable = variable,
            Read = settings => Duration.Format(read(settings)),
            Write = (settings, words) => Duration.Parse(words[0]) is { } span && span > TimeSpan.Zero ? write(settings, span) : null,
        };

    /// <summary>Takes a bare number as seconds too, as the original memory service did.</summary>
    internal static SettingKey SpanOrSeconds(string path, string? variable, Func<Settings, TimeSpan> read, Func<Settings, TimeSpan, Settings> write)
    {
        var span = Span(path, variable, read, write);
        return span with { Write = (settings, words) => span.Write(settings, words[0].All(char.IsAsciiDigit) ? [words[0] + "s"] : words) };
    }

    /// <summary>Takes one word of an enum, written in snake_case.</summary>
    internal static SettingKey Word<T>(string path, Func<Settings, T> read, Func<Settings, T, Settings> write)
        where T : struct, Enum
    {
        var words = Enum.GetValues<T>().ToDictionary(SnakeCase.Of);
        return new(path, $"one of {string.Join(", ", words.Keys)}")
        {
            Read = settings => SnakeCase.Of(read(settings)),
            Write = (settings, given) => words.TryGetValue(given[0], out var value) ? write(settings, value) : null,
        };
    }

    internal static SettingKey Flag(string path, Func<Settings, bool> read, Func<Settings, bool, Settings> write) =>
        new(path, "true or false")
        {
            Read = settings => read(settings) ? "true" : "false",
            Write = (settings, words) => words[0] switch
            {
                "true" => write(settings, true),
                "false" => write(settings, false),
                _ => null,
            },
        };

    internal static SettingKey Words(string path, string expected, Func<Settings, IReadOnlyList<string>> read, Func<Settings, IReadOnlyList<string>, Settings?> write) =>
        new(path, expected)
        {
            List = true,
            Read = settings => $"[{string.Join(", ", read(settings))}]",
            Write = write,
        };

    private static string[] Schemes(string scheme) => scheme == "postgresql" ? ["postgresql", "postgres"] : ["http", "https"];
}
