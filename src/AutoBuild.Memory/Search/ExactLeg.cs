using System.Text;
using AutoBuild.Memory.Segments;

namespace AutoBuild.Memory.Search;

/// <summary>Scores files that a query names outright: by path, by the name of a definition, by a text in quotes. What fits many files says little of each.</summary>
internal sealed class ExactLeg(FileTable files, Legs legs)
{
    private const float Path = 1, BaseName = 0.8f, Symbol = 0.6f, StartOfSymbol = 0.3f, QuotedText = 0.6f;

    // What more files bear is a common word.
    private const int MostBearers = 50;

    // How many texts are unpacked to look for one in quotes.
    private const int MostTexts = 24;

    public void Score(QueryNames names)
    {
        foreach (var path in names.Paths)
        {
            Give(Path, FilesAt(path));
        }

        foreach (var symbol in names.Symbols)
        {
            var bearers = Bearers(symbol);
            Give(Symbol, bearers);
            if (bearers.Count == 0 && names.IsName)
            {
                Give(StartOfSymbol, Starting(symbol));
            }
        }

        foreach (var quoted in names.Quoted)
        {
            Give(QuotedText, Holding(quoted));
        }
    }

    // One file named by many has what each says of it; ten that bear a name share it.
    private void Give(float weight, IReadOnlyCollection<int> bearers)
    {
        if (bearers.Count is 0 or > MostBearers)
        {
            return;
        }

        foreach (var file in bearers)
        {
            legs.Exact[file] += weight / MathF.Sqrt(bearers.Count);
        }
    }

    private List<int> FilesAt(string path)
    {
        if (files.Find(path) is >= 0 and var exact)
        {
            return [exact];
        }

        var end = "/" + path;
        var found = new List<int>();
        var term = System.IO.Path.GetFileNameWithoutExtension(path);
        foreach (var file in files.Paths.Named(term))
        {
            if (files.Files[file].Path is var at && (at.EndsWith(end, StringComparison.OrdinalIgnoreCase) || string.Equals(at, path, StringComparison.OrdinalIgnoreCase)))
            {
                found.Add(file);
            }
        }

        return found;
    }

    private HashSet<int> Bearers(string symbol)
    {
        var found = new HashSet<int>();
        var name = Encoding.UTF8.GetBytes(symbol.ToLowerInvariant());
        for (var segment = 0; segment < files.Segments.Count; segment++)
        {
            Collect(segment, files.Segments[segment].Symbols.Find(name), found);
        }

        return found;
    }

    private HashSet<int> Starting(string symbol)
    {
        var found = new HashSet<int>();
        var name = Encoding.UTF8.GetBytes(symbol.ToLowerInvariant());
        for (var segment = 0; segment < files.Segments.Count; segment++)
        {
            var cursor = files.Segments[segment].Symbols.StartingWith(name);
            while (found.Count <= MostBearers && cursor.MoveNext())
            {
                Collect(segment, cursor.Postings, found);
            }
        }

        return found;
    }

    private void Collect(int segment, Postings postings, HashSet<int> found)
    {
        Span<int> documents = stackalloc int[Postings.Block], counts = stackalloc int[Postings.Block];
        for (int read; found.Count <= MostBearers && (read = postings.Read(documents, counts)) > 0;)
        {
            for (var i = 0; i < read; i++)
            {
                foreach (var file in files.FilesOf(segment, documents[i]))
                {
                    found.Add(file);
                }
            }
        }
    }

    // Whoever holds the text holds its words, so the files that the words found best are looked through.
    private List<int> Holding(string quoted)
    {
        var best = Top.Of(legs.Chunk.AsSpan(0, files.Count), MostTexts);
        return [.. best.Where(file => Text(file).Contains(quoted, StringComparison.Ordinal))];
    }

    private string Text(int file) => files.Segments[files.Files[file].Segment].Outline(files.Files[file].Document).Text;
}
