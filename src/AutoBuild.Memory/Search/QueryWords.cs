using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Search;

/// <summary>Reads what a query looks for: the terms of its words, and the names that its words would make together.</summary>
/// <remarks>"chunk pool" also looks for ChunkPool and chunk_pool; what stands in back quotes is a name of the code and counts more.</remarks>
internal static class QueryWords
{
    private const double InBackQuotes = 3;
    private const double Together = 0.5;
    private const int MostTogether = 3;

    public static IReadOnlyList<QueryTerm> Of(string query)
    {
        var counts = new Counts();
        var parts = new WordParts();
        var before = new Queue<Word>();
        for (var at = 0; Words.Next(query, ref at) is { IsEmpty: false } text;)
        {
            var word = new Word(at - text.Length, at);
            if (!StopWords.Holds(text))
            {
                parts.Split(text);
                var times = word.Start > 0 && query[word.Start - 1] == '`' ? InBackQuotes : 1;
                for (var part = 0; part < parts.Count; part++)
                {
                    counts.Add(parts[part], times);
                }
            }

            Join(query, before, word, counts);
        }

        return counts.Terms();
    }

    private static void Join(string query, Queue<Word> before, Word word, Counts counts)
    {
        if (before.Count > 0 && !Touch(query, before.Last().End, word.Start))
        {
            before.Clear();
        }

        before.Enqueue(word);
        if (before.Count > MostTogether)
        {
            before.Dequeue();
        }

        var last = before.Count;
        foreach (var first in before)
        {
            if (--last > 0)
            {
                counts.Add(Squash(query.AsSpan(first.Start, word.End - first.Start)), Together);
            }
        }
    }

    // A blank, a dot, two colons: not the end of a line.
    private static bool Touch(string query, int end, int start) => start - end <= 2 && !query.AsSpan(end, start - end).Contains('\n');

    private static string Squash(ReadOnlySpan<char> words)
    {
        var signs = words.Length <= 512 ? stackalloc char[words.Length] : new char[words.Length];
        var length = 0;
        foreach (var sign in words)
        {
            if (char.IsLetterOrDigit(sign))
            {
                signs[length++] = char.ToLowerInvariant(sign);
            }
        }

        return new string(signs[..length]);
    }

    private readonly record struct Word(int Start, int End);

    private sealed class Counts
    {
        private readonly Dictionary<string, double> _counts = new(StringComparer.Ordinal);
        private readonly List<string> _order = [];

        public void Add(ReadOnlySpan<char> term, double times)
        {
            var lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
            if (lookup.TryGetValue(term, out var count))
            {
                lookup[term] = count + times;
            }
            else
            {
                var text = term.ToString();
                _counts.Add(text, times);
                _order.Add(text);
            }
        }

        // What is said often counts more, but not as often as it is said.
        public IReadOnlyList<QueryTerm> Terms() => [.. _order.Select(term => new QueryTerm(term, (float)(_counts[term] is var count && count >= 1 ? 1 + Math.Log(count) : count)))];
    }
}
