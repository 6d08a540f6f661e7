using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Search;

/// <summary>Chooses the chunks that are shown: files in their order, of each the chunks that answer best.</summary>
internal sealed class ChunkPicker(FileTable files, Legs legs, QueryNames names, IReadOnlyList<(string Name, float[] Leg, float Weight)> used, float best)
{
    /// <summary>More of one file would hide others.</summary>
    public const int PerFile = 3;

    // How much of a chunk's score is its own and not its file's.
    private const float Own = 0.4f;

    private readonly HashSet<string> _symbols = new(names.Symbols, StringComparer.OrdinalIgnoreCase);

    /// <summary>Picks what was asked for.</summary>
    /// <param name="scores">Of the files.</param>
    public IReadOnlyList<SearchResult> Pick(float[] scores, SearchRequest request)
    {
        var picked = new List<Choice>();
        foreach (var file in Top.Of(scores.AsSpan(0, files.Count), request.MaxResults))
        {
            picked.AddRange(Choices(file, scores[file]));
        }

        picked.Sort();
        var least = picked.Count == 0 ? 0 : picked[0].Score * request.MinSimilarity;
        return [.. picked.TakeWhile(choice => choice.Score >= least).Take(request.MaxResults).Select(Result)];
    }

    /// <summary>How many chunks there are to pick from.</summary>
    public int Known(float[] scores)
    {
        var known = 0;
        for (var file = 0; file < files.Count; file++)
        {
            if (scores[file] > 0)
            {
                known += Math.Max(1, Chunks(file).Length - Chunks(file).Count(0f));
            }
        }

        return known;
    }

    private ReadOnlySpan<float> Chunks(int file)
    {
        var place = files.Files[file];
        var first = files.Segments[place.Segment].FirstChunks;
        return legs.Chunks[place.Segment].AsSpan(first[place.Document], first[place.Document + 1] - first[place.Document]);
    }

    private IEnumerable<Choice> Choices(int file, float score)
    {
        var own = Chunks(file).ToArray();
        Prefer(file, own);
        var most = own.DefaultIfEmpty().Max();
        var chunks = most > 0 ? Top.Of(own, PerFile) : own.Length > 0 ? [0] : [];
        return chunks.Select(chunk => new Choice(score * (1 - Own + (most > 0 ? Own * own[chunk] / most : 0)), file, chunk));
    }

    // Where a definition was asked for by its name, the chunk it begins in answers.
    private void Prefer(int file, float[] own)
    {
        if (_symbols.Count == 0 || legs.Exact[file] <= 0)
        {
            return;
        }

        var outline = Outline(file);
        var most = Math.Max(1, own.DefaultIfEmpty().Max());
        foreach (var definition in outline.Definitions.Where(definition => _symbols.Contains(definition.Name)))
        {
            for (var chunk = 0; chunk < outline.Chunks.Count && chunk < own.Length; chunk++)
            {
                if (outline.Chunks[chunk].FirstLine <= definition.FirstLine && definition.FirstLine <= outline.Chunks[chunk].LastLine)
                {
                    own[chunk] += most;
                    break;
                }
            }
        }
    }

    private SearchResult Result(Choice choice)
    {
        var (outline, file) = (Outline(choice.File), files.Files[choice.File]);
        var chunk = outline.Chunks[choice.Chunk];
        var parts = used.ToDictionary(part => part.Name, part => Math.Round((double)part.Leg[choice.File] * part.Weight / best, 4));
        return new SearchResult(file.Path, outline.Text[chunk.Start..chunk.End], Math.Round(Math.Clamp(choice.Score / best, 0, 1), 4), choice.Chunk,
            files.Segments[file.Segment].Key(file.Document).Language, chunk.FirstLine, chunk.LastLine, chunk.Symbol, parts);
    }

    // One file is asked for several times in a row.
    private (int File, TextOutline Outline)? _last;

    private TextOutline Outline(int file)
    {
        if (_last is not { } last || last.File != file)
        {
            _last = last = (file, files.Segments[files.Files[file].Segment].Outline(files.Files[file].Document));
        }

        return last.Outline;
    }

    private readonly record struct Choice(float Score, int File, int Chunk) : IComparable<Choice>
    {
        public int CompareTo(Choice other) => other.Score.CompareTo(Score) is not 0 and var order ? order
            : File != other.File ? File.CompareTo(other.File) : Chunk.CompareTo(other.Chunk);
    }
}
