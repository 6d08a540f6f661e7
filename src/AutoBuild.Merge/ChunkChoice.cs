namespace AutoBuild.Merge;

/// <summary>Names the answers to a chunk that need no words: whole sides, and both after each other.</summary>
public enum ChunkChoice
{
    Ours,
    Theirs,
    OursThenTheirs,
    TheirsThenOurs,
    Base,
}

/// <summary>Makes the texts of answers to a chunk.</summary>
public static class ChunkText
{
    public static string Of(MergeChunk chunk, ChunkChoice choice) => choice switch
    {
        ChunkChoice.Ours => chunk.OursText,
        ChunkChoice.Theirs => chunk.TheirsText,
        ChunkChoice.OursThenTheirs => Joined([chunk.OursText, chunk.TheirsText]),
        ChunkChoice.TheirsThenOurs => Joined([chunk.TheirsText, chunk.OursText]),
        ChunkChoice.Base => chunk.BaseText,
    };

    /// <summary>Returns the lines of a text, each with its line break.</summary>
    public static IReadOnlyList<string> Lines(string text)
    {
        var lines = new List<string>();
        for (int at = 0, end; at < text.Length; at = end)
        {
            end = text.IndexOf('\n', at) is >= 0 and var newline ? newline + 1 : text.Length;
            lines.Add(text[at..end]);
        }

        return lines;
    }

    /// <summary>Puts parts after each other; one that ends without a line break gets one where another follows.</summary>
    public static string Joined(IReadOnlyList<string> parts)
    {
        var newline = parts.Any(part => part.Contains("\r\n", StringComparison.Ordinal)) ? "\r\n" : "\n";
        return string.Concat(parts.Select((part, index) => part.Length == 0 || part.EndsWith('\n') || parts.Skip(index + 1).All(next => next.Length == 0) ? part : part + newline));
    }

    /// <summary>Gives a text that somebody wrote the line breaks of the chunk, and its last one where the sides have it.</summary>
    public static string Fitted(MergeChunk chunk, string text)
    {
        var newline = $"{chunk.OursText}{chunk.TheirsText}".Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var plain = text.ReplaceLineEndings(newline);
        var ended = chunk.OursText.EndsWith('\n') || chunk.TheirsText.EndsWith('\n') || chunk.BaseText.EndsWith('\n');
        return plain.Length == 0 || plain.EndsWith('\n') || !ended ? plain : plain + newline;
    }

    /// <summary>Tells whether two answers are the same but for blank lines, line breaks and what stands invisibly at ends of lines.</summary>
    public static bool Agree(string one, string other) => Visible(one).SequenceEqual(Visible(other), StringComparer.Ordinal);

    private static IEnumerable<string> Visible(string text) => text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0);
}
