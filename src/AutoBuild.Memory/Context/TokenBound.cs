namespace AutoBuild.Memory.Context;

/// <summary>
/// Says how many tokens of cl100k_base a text has at most. It reads the text once, as that tokenizer's own rules cut it, and charges each piece a little more than
/// such pieces have: about a fifth too much on source code and prose. Stored counts of samples hold it; a vocabulary it does not carry.
/// </summary>
/// <remarks>Rare pairs of letters are what takes words apart, so each is charged a token. Signs beyond the two-byte ones are charged their bytes, which no text exceeds.</remarks>
internal static class TokenBound
{
    // In hundredths of a token.
    private const long Start = 200;
    private const long Word = 115;
    private const long RarePair = 110;
    private const long CapitalsRun = 20;
    private const long Capital = 10;
    private const long ThreeDigits = 105;
    private const long DigitAfterSpace = 100;
    private const long Spaces = 100;
    private const long Breaks = 90;
    private const long Signs = 72;
    private const long FurtherSign = 30;
    private const long OtherSign = 65;
    private const long TwoBytes = 110;
    private const long Byte = 100;

    // Pairs that make up 97 in 100 of those in sources and documents.
    private const string CommonPairs =
        "aa ab ac ad af ag ai ak al am an ap ar as at au av aw ax ay ba be bi bj bl bo br bs bu by ca cc ce ch ci ck cl co cr cs ct cu da dd de di dl do dr ds dt du dy "
        + "ea eb ec ed ee ef eg ei el em en eo ep eq er es et eu ev ew ex ey fa fe ff fi fl fn fo fr ft fu ga ge gg gh gi gl gn go gr gs gt gu ha he hi ho hr ht hu "
        + "ia ib ic id ie if ig il im in io ip ir is it iv ix iz je jo js ka ke ki ks la ld le lf li ll lo ls lt lu ly ma mb me mi ml mm mn mo mp ms mu "
        + "na nc nd ne nf ng ni nk nl nn no np ns nt nu nv ny oa ob oc od of og oi oj ok ol om on oo op or os ot ou ov ow pa pe pi pk pl po pp pr ps pt pu py qu "
        + "ra rc rd re rf rg ri rk rl rm rn ro rr rs rt ru rv ry sa sc se sh si sk sl so sp sr ss st su sy ta tc td te tf th ti tl tm to tp tr ts tt tu tx ty "
        + "ua ub uc ud ue uf ui ul um un up ur us ut va ve vi vo wa we wh wi wn wo wr ws xc xe xp xt yl yn yo yp ys yt ze";

    private static readonly bool[] Common = Table();

    /// <summary>Returns 0 for an empty text only.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        var cost = Start;
        for (var at = 0; at < text.Length;)
        {
            var end = at + Length(text[at..]);
            cost += Cost(text[at..end], end < text.Length ? text[end] : ' ');
            at = end;
        }

        return (int)Math.Min(int.MaxValue, (cost + 99) / 100);
    }

    private static long Cost(ReadOnlySpan<char> piece, char next) => piece[0] switch
    {
        var letter when char.IsAsciiLetter(letter) => Letters(piece),
        var digit when char.IsAsciiDigit(digit) => ThreeDigits * ((piece.Length + 2) / 3),
        ' ' => (piece.Length > 1 ? Spaces : 0) + (char.IsAsciiDigit(next) ? DigitAfterSpace : 0),
        '\t' or '\r' or '\n' => Breaks,
        < '\x80' => Signs + (FurtherSign * (piece.Length - 1)) + (OtherSign * Changes(piece)),
        < '\x800' => TwoBytes * piece.Length,
        // A half of a pair is two of the four bytes.
        var wide => Byte * piece.Length * (char.IsSurrogate(wide) ? 2 : 3),
    };

    private static long Letters(ReadOnlySpan<char> word)
    {
        var cost = Word;
        for (var at = 1; at < word.Length; at++)
        {
            cost += Common[(Index(word[at - 1]) * 26) + Index(word[at])] ? 0 : RarePair;
        }

        return word.Length > 1 && char.IsAsciiLetterUpper(word[1]) ? cost + CapitalsRun + (Capital * (word.Length - 2)) : cost;
    }

    // The first three of a run are often one token, such as "();".
    private static int Changes(ReadOnlySpan<char> signs)
    {
        var changes = 0;
        for (var at = 3; at < signs.Length; at++)
        {
            changes += signs[at] == signs[at - 1] ? 0 : 1;
        }

        return changes;
    }

    // Words end where a capital begins the next, also the last capital of several.
    private static int Length(ReadOnlySpan<char> text) => text[0] switch
    {
        var letter when char.IsAsciiLetter(letter) => WordLength(text),
        var digit when char.IsAsciiDigit(digit) => Run(text, char.IsAsciiDigit),
        ' ' => Run(text, one => one == ' '),
        '\t' => Run(text, one => one == '\t'),
        '\r' or '\n' => Run(text, one => one is '\r' or '\n'),
        < '\x80' => Run(text, IsSign),
        _ => 1,
    };

    private static int WordLength(ReadOnlySpan<char> text)
    {
        var capitals = Run(text, char.IsAsciiLetterUpper);
        var small = Run(text[capitals..], char.IsAsciiLetterLower);
        return (capitals, small) switch
        {
            (> 1, > 0) => capitals - 1,
            var (before, after) => before + after,
        };
    }

    private static bool IsSign(char one) => one is < '\x80' and not (' ' or '\t' or '\r' or '\n') && !char.IsAsciiLetterOrDigit(one);

    private static int Run(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        var length = 0;
        while (length < text.Length && belongs(text[length]))
        {
            length++;
        }

        return length;
    }

    private static int Index(char letter) => (letter | 0x20) - 'a';

    private static bool[] Table()
    {
        var table = new bool[26 * 26];
        foreach (var pair in CommonPairs.Split(' '))
        {
            table[(Index(pair[0]) * 26) + Index(pair[1])] = true;
        }

        return table;
    }
}
