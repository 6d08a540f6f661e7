using System.Buffers;

namespace AutoBuild.Memory.Index;

/// <summary>Finds credentials that tell by their beginning what they are, passwords in addresses, and private keys.</summary>
internal static class TokenShapes
{
    private const string Key = "-----BEGIN ";
    private const string Address = "://";
    private const int Material = 16;

    private static readonly SearchValues<char> TokenSigns = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
    private static readonly SearchValues<char> KeySigns = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\\");
    private static readonly SearchValues<char> PathEnds = SearchValues.Create(" \t\r\n\"'`<>)");
    private static readonly SearchValues<char> AddressEnds = SearchValues.Create("/@ \t\r\n\"'`<>()[]{}$%*\\,");

    // What it begins with, and how many signs follow at least.
    private static readonly (string Beginning, int Least)[] Shapes =
    [
        ("AKIA", 16), ("ASIA", 16), ("ghp_", 36), ("gho_", 36), ("ghu_", 36), ("ghs_", 36), ("ghr_", 36), ("github_pat_", 22), ("glpat-", 20),
        ("xoxa-", 10), ("xoxb-", 10), ("xoxp-", 10), ("xoxr-", 10), ("xoxs-", 10), ("xapp-", 20), ("AIza", 35), ("ya29.", 30), ("GOCSPX-", 20),
        ("sk_live_", 16), ("rk_live_", 16), ("sk_test_", 16), ("rk_test_", 16), ("whsec_", 24), ("sk-ant-", 20), ("sk-proj-", 20), ("sk-", 40),
        ("npm_", 36), ("pypi-", 50), ("SG.", 60), ("hf_", 30), ("dop_v1_", 60), ("shpat_", 30), ("dapi", 32), ("hvs.", 24), ("eyJ", 60), ("AGE-SECRET-KEY-", 50), ("hooks.slack.com/services/", 20),
    ];

    private static readonly SearchValues<string> Beginnings = SearchValues.Create([.. Shapes.Select(shape => shape.Beginning)], StringComparison.Ordinal);

    /// <summary>Finds tokens in a run of signs that is long enough for one.</summary>
    public static void FindTokens(ReadOnlySpan<char> text, int start, int end, List<Place> places)
    {
        for (var at = start; at < end && text[at..end].IndexOfAny(Beginnings) is var next and >= 0;)
        {
            at = Token(text, at + next, places);
        }
    }

    public static void FindAddresses(ReadOnlySpan<char> text, List<Place> places)
    {
        for (var at = 0; text[at..].IndexOf(Address) is var next and >= 0;)
        {
            at = InAddress(text, at + next + Address.Length, places);
        }
    }

    public static void FindKeys(ReadOnlySpan<char> text, List<Place> places)
    {
        for (var at = 0; text[at..].IndexOf(Key) is var next and >= 0;)
        {
            at = PrivateKey(text, at + next, places);
        }
    }

    private static int Token(ReadOnlySpan<char> text, int at, List<Place> places)
    {
        if (at > 0 && (char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] is '_' or '+'))
        {
            return at + 1;
        }

        foreach (var (beginning, least) in Shapes)
        {
            if (!text[at..].StartsWith(beginning, StringComparison.Ordinal))
            {
                continue;
            }

            var rest = text[(at + beginning.Length)..];
            var length = beginning[^1] == '/' ? rest.IndexOfAny(PathEnds) : rest.IndexOfAnyExcept(TokenSigns);
            length = length < 0 ? rest.Length : length;
            // eyJ… is a JSON text; only with two dots it is a signed one.
            if (length >= least && (beginning != "eyJ" || rest[..length].Count('.') == 2) && rest[..length].IndexOfAnyInRange('0', '9') >= 0 && !IsExample(rest[..length]))
            {
                places.Add(new Place(at, at + beginning.Length + length));
                return at + beginning.Length + length;
            }
        }

        return at + 1;
    }

    // xxxxxxxx and ******** stand for a token and are none.
    private static bool IsExample(ReadOnlySpan<char> rest) => rest.IndexOfAnyExcept(rest[0], '-') < 0;

    // scheme://user:password@host
    private static int InAddress(ReadOnlySpan<char> text, int at, List<Place> places)
    {
        var rest = text[at..];
        var end = rest.IndexOfAny(AddressEnds);
        if (end > 0 && rest[end] == '@' && rest[..end].IndexOf(':') is var colon and >= 0 && end - colon > 1)
        {
            places.Add(new Place(at + colon + 1, at + end));
        }

        return at + Math.Max(0, end);
    }

    // The lines after the mark that look like a key's, in code those in quotes too.
    private static int PrivateKey(ReadOnlySpan<char> text, int at, List<Place> places)
    {
        var mark = text[at..][..Math.Min(60, text.Length - at)];
        if (mark.IndexOf("PRIVATE KEY") is not (> 0 and var name) || mark[name..].IndexOf("-----") is not (> 0 and var dashes))
        {
            return at + Key.Length;
        }

        at += name + dashes + 5;
        for (var isFirst = true; at < text.Length; isFirst = false)
        {
            var rest = text[at..];
            var line = rest[..(rest.IndexOf('\n') is var stop and >= 0 ? stop : rest.Length)];
            var close = line.IndexOf("-----END");
            line = close >= 0 ? line[..close] : line;
            var (start, end) = Trimmed(line);
            if (end - start >= (isFirst ? Material : 1) && line[start..end].IndexOfAnyExcept(KeySigns) < 0)
            {
                places.Add(new Place(at + start, at + end));
            }
            else if (close < 0 && !isFirst && !IsKeyHead(line))
            {
                return at;
            }

            at += Math.Min(rest.Length, line.Length + 1);
            if (close >= 0)
            {
                return at;
            }
        }

        return at;
    }

    // Without what code puts around a line of a key: quotes, a break written as \n, a sign that joins it to the next.
    private static (int Start, int End) Trimmed(ReadOnlySpan<char> line)
    {
        var end = line.TrimEnd(" \t\r\"'`+,;()").Length;
        while (end > 1 && line[end - 2] == '\\' && line[end - 1] is 'n' or 'r')
        {
            end -= 2;
        }

        var start = line[..end].Length - line[..end].TrimStart(" \t\"'`+(").Length;
        return line[start..end].StartsWith("\\n") ? (start + 2, end) : (start, end);
    }

    // A blank line, or Proc-Type: 4,ENCRYPTED.
    private static bool IsKeyHead(ReadOnlySpan<char> line) => line.IsWhiteSpace() || line.StartsWith("Proc-Type:") || line.StartsWith("DEK-Info:");
}
