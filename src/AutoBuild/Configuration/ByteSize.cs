using System.Globalization;

namespace AutoBuild.Configuration;

/// <summary>Reads and writes sizes as people write them: <c>500MB</c>, <c>2GB</c>, <c>1.5GB</c>; units of a thousand, and <c>0</c>.</summary>
public static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] Units = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000)];

    /// <summary>Returns the bytes, or null where the text is no size; a bare number other than 0 is none, for nobody knows its unit.</summary>
    public static long? Parse(string text)
    {
        if (text == "0")
        {
            return 0;
        }

        var (unit, bytes) = Units.FirstOrDefault(each => text.EndsWith(each.Unit, StringComparison.OrdinalIgnoreCase));
        return unit is not null && decimal.TryParse(text.AsSpan(0, text.Length - unit.Length).TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number < 1_000_000 ? (long)(number * bytes) : null;
    }

    /// <summary>Returns the shortest text that reads back as the same size; sizes below a thousand bytes round to 0.</summary>
    public static string Format(long bytes)
    {
        var (unit, each) = Units.FirstOrDefault(unit => bytes >= unit.Bytes);
        return unit is null ? "0" : string.Create(CultureInfo.InvariantCulture, $"{(decimal)bytes / each:0.############}{unit}");
    }
}
