using System.Text;

namespace AutoBuild.Merge;

/// <summary>Is three versions of a file as texts, and what is merged apart from the lines: encoding, byte order mark, line breaks.</summary>
internal sealed record FileTexts(string Base, string Ours, string Theirs, Encoding Encoding)
{
    private const string Mark = "\uFEFF";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The byte order mark of the merged file, or nothing.</summary>
    public string Prefix { get; private init; } = "";

    /// <summary>Reads UTF-8 where all three are; else every byte is taken for one character, so that all survive.</summary>
    public static FileTexts Read(MergeInput input)
    {
        try
        {
            return Read(input, Utf8);
        }
        catch (DecoderFallbackException)
        {
            return Read(input, Encoding.Latin1);
        }
    }

    /// <summary>Turns the line breaks of all into those of the merged file, where a side changed them all; null where that changes nothing.</summary>
    public FileTexts? WithOneLineBreak()
    {
        var wanted = Pick(LineBreak(Base), LineBreak(Ours), LineBreak(Theirs));
        if (wanted.Length == 0)
        {
            return null;
        }

        var same = this with { Base = With(Base, wanted), Ours = With(Ours, wanted), Theirs = With(Theirs, wanted) };
        return same == this ? null : same;
    }

    /// <summary>The bytes of a merged text; null where it holds a character that the file's encoding lacks.</summary>
    public byte[]? Write(string text)
    {
        try
        {
            return ReferenceEquals(Encoding, Encoding.Latin1) && text.Any(character => character > byte.MaxValue) ? null : Encoding.GetBytes(Prefix + text);
        }
        catch (EncoderFallbackException)
        {
            // Half a character.
            return null;
        }
    }

    private static FileTexts Read(MergeInput input, Encoding encoding)
    {
        var (start, ours, theirs) = (encoding.GetString(input.Base), encoding.GetString(input.Ours), encoding.GetString(input.Theirs));
        return new FileTexts(Without(start), Without(ours), Without(theirs), encoding) { Prefix = Pick(MarkOf(start), MarkOf(ours), MarkOf(theirs)) };
    }

    /// <summary>What a side changed, else what all have; where there is no base, and where both changed it, ours.</summary>
    private static string Pick(string start, string ours, string theirs) => ours == start ? theirs : ours;

    private static string MarkOf(string text) => text.StartsWith(Mark, StringComparison.Ordinal) ? Mark : "";

    private static string Without(string text) => text[MarkOf(text).Length..];

    private static string With(string text, string lineBreak)
    {
        var plain = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        return lineBreak == "\n" ? plain : plain.Replace("\n", lineBreak, StringComparison.Ordinal);
    }

    /// <summary>The line break of a text, or nothing where it has none or several.</summary>
    private static string LineBreak(string text)
    {
        var (all, pairs) = (0, 0);
        for (var at = text.IndexOf('\n', StringComparison.Ordinal); at >= 0; at = text.IndexOf('\n', at + 1))
        {
            all++;
            pairs += at > 0 && text[at - 1] == '\r' ? 1 : 0;
        }

        return all == 0 ? "" : pairs == all ? "\r\n" : pairs == 0 ? "\n" : "";
    }
}
