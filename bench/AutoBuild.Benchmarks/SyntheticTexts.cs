using System.Globalization;
using System.Text;
using AutoBuild.Memory.Index;
using AutoBuild.Syntax;

namespace AutoBuild.Benchmarks;

/// <summary>Makes texts of the shape that real repositories have: 1.4 to 1.9 kB a chunk, some 75 distinct terms in it, words by Zipf's law out of 80,000.</summary>
internal sealed class SyntheticTexts
{
    public const int ChunksPerText = 8;

    private const int Vocabulary = 80_000;
    private const int Distinct = 75;
    private const int Words = 150;

    private static readonly string[] Between = ["(", ") ", ".", " = ", ";\n        ", ", ", " ", ";\n    }\n\n    "];

    private readonly Random _random = new(11);
    private readonly string[] _words = [.. Enumerable.Range(0, Vocabulary).Select(Word)];
    private readonly int[] _zipf = new int[1 << 20];
    private readonly StringBuilder _text = new();

    public SyntheticTexts()
    {
        var total = Enumerable.Range(1, Vocabulary).Sum(rank => 1.0 / rank);
        var (rank, sum) = (0, 1 / total);
        for (var i = 0; i < _zipf.Length; i++)
        {
            while (i > sum * _zipf.Length && rank < Vocabulary - 1)
            {
                sum += 1 / total / (++rank + 1);
            }

            _zipf[i] = rank;
        }
    }

    public static BlobKey Key(int number) => new(new UInt128((ulong)number * 0x9E3779B97F4A7C15, (ulong)number), "csharp");

    public TextOutline Next()
    {
        _text.Clear();
        var chunks = new CodeChunk[ChunksPerText];
        var definitions = new Definition[ChunksPerText];
        for (int i = 0, line = 1; i < ChunksPerText; i++)
        {
            var start = _text.Length;
            var name = Chunk();
            var last = line + 40;
            chunks[i] = new CodeChunk(start, _text.Length, line, last, name, BlockKind.Function, $"class Shop > public void {name}(int amount)");
            definitions[i] = new Definition(name, $"Shop.{name}", BlockKind.Function, line, last, $"public void {name}(int amount)");
            line = last + 1;
        }

        return new TextOutline(_text.ToString(), chunks, definitions);
    }

    /// <summary>Words of one query: 15, as a chunk has them, the twenty most frequent left out.</summary>
    public IReadOnlyList<string> Query()
    {
        var words = new HashSet<int>();
        while (words.Count < 15)
        {
            if (Draw() is >= 20 and var word)
            {
                words.Add(word);
            }
        }

        return [.. words.Select(word => _words[word])];
    }

    private string Chunk()
    {
        var distinct = new HashSet<int>();
        while (distinct.Count < Distinct)
        {
            distinct.Add(Draw());
        }

        var words = distinct.ToArray();
        for (var i = 0; i < Words; i++)
        {
            _text.Append(_words[words[i < Distinct ? i : _random.Next(words.Length)]]).Append(Between[_random.Next(Between.Length)]);
        }

        return CultureInfo.InvariantCulture.TextInfo.ToTitleCase(_words[words[1]]) + CultureInfo.InvariantCulture.TextInfo.ToTitleCase(_words[words[2]]);
    }

    private int Draw() => _zipf[_random.Next(_zipf.Length)];

    // Syllables of a consonant and a vowel, with an end that no stemmer takes off.
    private static string Word(int number)
    {
        var word = new StringBuilder();
        for (var rest = number + 90; rest > 0; rest /= 90)
        {
            word.Append("bcdfghklmnprtvwxzj"[rest % 90 / 5]).Append("aeiou"[rest % 5]);
        }

        return word.Append('k').ToString();
    }
}
