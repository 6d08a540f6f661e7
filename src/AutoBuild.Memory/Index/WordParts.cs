namespace AutoBuild.Memory.Index;

/// <summary>Takes one word apart into terms.</summary>
internal sealed class WordParts
{
    // The word and its parts, lower case.
    private readonly char[] _signs = new char[Words.Longest * 4];
    private readonly List<(int Start, int Length)> _parts = [];
    private int _used;

    private enum Kind
    {
        None,
        Upper,
        Lower,
        Digit,

        /// <summary>A letter of an alphabet without case.</summary>
        Plain,

        /// <summary>A sign of a script that writes no blanks between words.</summary>
        Joined,
    }

    public int Count => _parts.Count;

    public ReadOnlySpan<char> this[int part] => _signs.AsSpan(_parts[part].Start, _parts[part].Length);

    /// <summary>Takes a word of at most <see cref="Words.Longest"/> characters.</summary>
    public void Split(ReadOnlySpan<char> word)
    {
        _parts.Clear();
        _used = 0;
        Whole(word);
        for (var at = 0; at < word.Length;)
        {
            at = Part(word, at);
        }

        // A plain word, or one whose other parts are single letters, is its one part.
        if (_parts.Count <= 2)
        {
            _parts.RemoveAt(0);
        }
    }

    private void Whole(ReadOnlySpan<char> word)
    {
        foreach (var sign in word)
        {
            if (sign != '_')
            {
                _signs[_used++] = char.ToLowerInvariant(sign);
            }
        }

        _parts.Add((0, _used));
    }

    private int Part(ReadOnlySpan<char> word, int at)
    {
        var kind = KindOf(word[at]);
        var end = Run(word, at, kind);
        if (kind == Kind.Upper && end < word.Length && KindOf(word[end]) == Kind.Lower)
        {
            // The last capital begins the next part: HTTPResponse.
            if (end - at > 1)
            {
                Add(word[at..(end - 1)], kind);
            }

            at = end - 1;
            end = Run(word, end, Kind.Lower);
        }

        if (kind == Kind.Joined && end - at > 1)
        {
            for (var i = at; i < end - 1; i++)
            {
                Add(word.Slice(i, 2), kind);
            }
        }
        else if (kind != Kind.None)
        {
            Add(word[at..end], kind);
        }

        return end;
    }

    private void Add(ReadOnlySpan<char> part, Kind kind)
    {
        if ((part.Length == 1 && kind is not (Kind.Digit or Kind.Joined)) || _used + part.Length > _signs.Length)
        {
            return;
        }

        var target = _signs.AsSpan(_used, part.Length);
        part.ToLowerInvariant(target);
        var length = kind == Kind.Digit ? part.Length : Stemmer.Stem(target);
        _parts.Add((_used, length));
        _used += length;
    }

    private static int Run(ReadOnlySpan<char> word, int at, Kind kind)
    {
        do
        {
            at++;
        }
        while (at < word.Length && (KindOf(word[at]) is var next && (next == kind || (next == Kind.Plain && IsMark(word[at])))));
        return at;
    }

    private static bool IsMark(char sign) => sign >= 128 && !char.IsLetter(sign) && !char.IsSurrogate(sign);

    private static Kind KindOf(char sign) => sign switch
    {
        '_' => Kind.None,
        >= 'a' and <= 'z' => Kind.Lower,
        >= 'A' and <= 'Z' => Kind.Upper,
        >= '0' and <= '9' => Kind.Digit,
        (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7AF') or (>= '\uF900' and <= '\uFAFF') => Kind.Joined,
        var other when char.IsLower(other) => Kind.Lower,
        var other when char.IsUpper(other) => Kind.Upper,
        var other when char.IsDigit(other) => Kind.Digit,
        var _ => Kind.Plain,
    };
}
