namespace AutoBuild.Memory.Index;

/// <summary>Turns text into numbered terms: of an identifier the whole of it without its signs, and its camel, snake and digit parts, lower case and stemmed.</summary>
/// <remarks>
/// <c>getHTTPResponse2</c> gives gethttpresponse2, get, http, respons, 2; a plain word its stem. Letters of every alphabet count; where words are written without blanks
/// (Chinese, Japanese, Korean) each two neighbours are a term. An identifier is taken apart once; after that it costs one look-up. For one thread at a time.
/// </remarks>
public sealed class TermTable
{
    private readonly NameTable _terms = new();
    private readonly NameTable _words = new();
    private readonly List<int> _ids = [];
    private readonly WordParts _parts = new();
    private (int Start, int Count)[] _idsOf = new (int, int)[1 << 11];
    private int[] _found = new int[1 << 10];

    /// <summary>How many terms it knows; they are numbered from 0 in the order they first came.</summary>
    public int Count => _terms.Count;

    /// <summary>The text of a term; valid until more text is read.</summary>
    public ReadOnlySpan<char> this[int id] => _terms[id];

    /// <summary>The number of a term as it stands in the table, so stemmed; -1 where it never came.</summary>
    public int Find(ReadOnlySpan<char> term) => _terms.Find(term);

    /// <summary>The terms of a text in its order, repeated as they repeat; valid until the next call.</summary>
    public ReadOnlySpan<int> Read(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var at = 0; Words.Next(text, ref at) is { IsEmpty: false } word;)
        {
            var (start, ids) = IdsOf(word);
            if (count + ids > _found.Length)
            {
                Array.Resize(ref _found, Math.Max(_found.Length * 2, count + ids));
            }

            for (var i = 0; i < ids; i++)
            {
                _found[count++] = _ids[start + i];
            }
        }

        return _found.AsSpan(0, count);
    }

    private (int Start, int Count) IdsOf(ReadOnlySpan<char> word)
    {
        var known = _words.Count;
        var number = _words.Add(word);
        if (number < known)
        {
            return _idsOf[number];
        }

        if (number == _idsOf.Length)
        {
            Array.Resize(ref _idsOf, _idsOf.Length * 2);
        }

        var start = _ids.Count;
        _parts.Split(word);
        for (var i = 0; i < _parts.Count; i++)
        {
            _ids.Add(_terms.Add(_parts[i]));
        }

        return _idsOf[number] = (start, _ids.Count - start);
    }
}
