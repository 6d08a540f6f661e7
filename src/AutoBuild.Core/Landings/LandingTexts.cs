namespace AutoBuild.Core.Landings;

/// <summary>Bounds what a landing keeps of the texts of its files. Accepted texts that no rule could make again are never cut.</summary>
public static class LandingTexts
{
    /// <summary>Characters of one side of a file.</summary>
    public const int LongestSide = 64 * 1024;

    /// <summary>Characters of one side of a chunk, and of a proposal.</summary>
    public const int LongestChunk = 16 * 1024;

    /// <summary>Characters of all files together; the first files keep theirs.</summary>
    public const int Most = 1024 * 1024;

    /// <summary>Returns the files with what is too long left out.</summary>
    public static IReadOnlyList<LandingConflict> Capped(IReadOnlyList<LandingConflict> files)
    {
        var left = Most;
        return [.. files.Select(file => Capped(file, ref left))];
    }

    /// <summary>Returns the files without any text: what a list and an event tell.</summary>
    public static IReadOnlyList<LandingConflict> Without(IReadOnlyList<LandingConflict> files) =>
        [.. files.Select(file => file with { Base = null, Ours = null, Theirs = null, Proposals = [], Chunks = [.. file.Chunks.Select(Without)] })];

    private static LandingChunk Without(LandingChunk chunk) => chunk with
    {
        Base = chunk.Base with { Text = null },
        Target = chunk.Target with { Text = null },
        Branch = chunk.Branch with { Text = null },
        Accepted = chunk.Accepted is null ? null : "",
        Proposals = [],
    };

    // Chunks first: they are what a person looks at.
    private static LandingConflict Capped(LandingConflict file, ref int left)
    {
        var chunks = new List<LandingChunk>();
        foreach (var chunk in file.Chunks)
        {
            chunks.Add(Capped(chunk, ref left));
        }

        return file with
        {
            Chunks = chunks,
            Base = Cut(file.Base, ref left),
            Ours = Cut(file.Ours, ref left),
            Theirs = Cut(file.Theirs, ref left),
        };
    }

    private static LandingChunk Capped(LandingChunk chunk, ref int left)
    {
        var capped = chunk with
        {
            Base = chunk.Base with { Text = Kept(chunk.Base.Text, ref left) },
            Target = chunk.Target with { Text = Kept(chunk.Target.Text, ref left) },
            Branch = chunk.Branch with { Text = Kept(chunk.Branch.Text, ref left) },
            Accepted = chunk.By is ChunkStage.Engine ? Kept(chunk.Accepted, ref left) ?? "" : chunk.Accepted,
        };
        var proposals = new List<LandingProposal>();
        foreach (var proposal in chunk.Proposals)
        {
            if (Kept(proposal.Text, ref left) is { } text)
            {
                proposals.Add(proposal with { Text = text });
            }
        }

        return capped with { Proposals = proposals };
    }

    private static string? Kept(string? text, ref int left)
    {
        if (text is null || text.Length > LongestChunk || text.Length > left)
        {
            return null;
        }

        left -= text.Length;
        return text;
    }

    private static string? Cut(string? text, ref int left)
    {
        if (text is null)
        {
            return null;
        }

        var cut = text.Length > LongestSide ? text[..LongestSide] : text;
        if (cut.Length > left)
        {
            return null;
        }

        left -= cut.Length;
        return cut;
    }
}
