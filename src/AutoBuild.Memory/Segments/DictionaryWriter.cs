namespace AutoBuild.Memory.Segments;

/// <summary>Writes the postings of one term after the other, and the dictionary behind them.</summary>
internal sealed class DictionaryWriter
{
    private readonly SegmentStream _stream;
    private readonly PostingsWriter _postings;
    private readonly TermIndexWriter _terms = new();
    private readonly Section _section;
    private readonly Section _dictionary;
    private long _termStart;

    public DictionaryWriter(SegmentStream stream, Section postings, Section dictionary)
    {
        _stream = stream;
        _section = postings;
        _dictionary = dictionary;
        _postings = new PostingsWriter(stream);
        stream.Begin(postings);
    }

    /// <summary>Adds a place of the term that is ended next.</summary>
    public void Add(int id, int count) => _postings.Add(id, count);

    /// <summary>Ends a term; one without a place is none.</summary>
    public void End(ReadOnlySpan<byte> term)
    {
        var count = _postings.Count;
        _postings.End();
        if (count > 0)
        {
            _terms.Add(term, count, _termStart, checked((int)(_postings.Written - _termStart)));
        }

        _termStart = _postings.Written;
    }

    /// <summary>Ends the last term and writes the dictionary.</summary>
    public void Finish()
    {
        _stream.GetSpan(BitBlock.Slack)[..BitBlock.Slack].Clear();
        _stream.Advance(BitBlock.Slack);
        _stream.End(_section);
        _stream.Begin(_dictionary);
        _terms.WriteTo(_stream);
        _stream.End(_dictionary);
    }
}
