using System.Globalization;
using System.Text;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Core;
using Spectre.Console.Rendering;

namespace AutoBuild.Commands;

/// <summary>Makes text from elsewhere fit to be shown.</summary>
internal static class Plain
{
    /// <summary>Drops control characters but line breaks and tabs, so that an agent's output can't drive the terminal.</summary>
    public static string Text(string text)
    {
        if (!text.Any(Unfit))
        {
            return text;
        }

        var fit = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            fit.Append(Unfit(character) ? "" : character);
        }

        return fit.ToString();
    }

    /// <summary>Returns the first line, cut to a width.</summary>
    public static string Line(string? text, int width = 120)
    {
        var line = Text(text ?? "").Trim();
        var end = line.AsSpan().IndexOfAny('\n', '\r');
        line = end < 0 ? line : line[..end];
        return Cut(line, width);
    }

    /// <summary>Returns how many columns of a terminal a text takes; letters of the far east and pictures take two.</summary>
    public static int Width(string text) => Ascii.IsValid(text) ? text.Length : Letters(text).Sum(Columns);

    /// <summary>Cuts a text to so many columns of a terminal, between letters.</summary>
    public static string Cut(string text, int width)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        var cut = new StringBuilder();
        var left = width - 1;
        foreach (var letter in Letters(text))
        {
            left -= Columns(letter);
            if (left < 0)
            {
                break;
            }

            cut.Append(letter);
        }

        return cut.Append('…').ToString();
    }

    private static int Columns(string letter) => new Segment(letter).CellCount();

    private static IEnumerable<string> Letters(string text)
    {
        for (var letters = StringInfo.GetTextElementEnumerator(text); letters.MoveNext();)
        {
            yield return letters.GetTextElement();
        }
    }

    /// <summary>Returns the part of an id that tells it from others; every command takes it.</summary>
    public static string Id(Guid id) => ShortId.Of(id);

    /// <summary>Returns the part of a rescue's id that tells it from others: the end of its job's id, and what follows.</summary>
    public static string Rescue(string id) => id[Math.Max(0, id.LastIndexOf('-') - 8)..];

    /// <summary>Returns an enum's word of the wire, with spaces.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => SnakeCase.Of(value).Replace('_', ' ');

    public static string Seconds(double seconds) => seconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60} min {(int)seconds % 60:00} s");

    public static string Commit(string? commit) => commit is { Length: > 10 } ? commit[..10] : commit ?? "";

    private static bool Unfit(char character) => char.IsControl(character) && character is not ('\n' or '\t');

    /// <summary>Words a cost: what nobody knows is never shown as nothing.</summary>
    public static string Cost(RunUsage usage) => usage switch
    {
        { CostUsd: null, UnpricedTokens: 0 } => "",
        { CostUsd: null } => "cost unknown",
        { CostUsd: < 0.005m, UnpricedTokens: 0 } => "less than $0.01",
        { UnpricedTokens: > 0 } => $"at least {Dollars(usage)}",
        { CostSource: CostSource.Prices or CostSource.Mixed } => $"about {Dollars(usage)}",
        _ => Dollars(usage),
    };

    private static string Dollars(RunUsage usage) => string.Create(CultureInfo.InvariantCulture, $"${usage.CostUsd:0.00}");
}
