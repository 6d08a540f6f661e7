namespace AutoBuild.EndToEnd;

/// <summary>Is a block of commands on a page, with the answer that the page shows right beneath it.</summary>
/// <param name="Line">Where its commands begin, counted from 1.</param>
/// <param name="Answer">Null where the page shows none; what was printed is then free.</param>
internal sealed record PageBlock(int Line, string Commands, string? Answer)
{
    private const string Fence = "```";

    /// <summary>Returns all blocks of a page that are marked as shell, in order.</summary>
    public static IReadOnlyList<PageBlock> Read(string page)
    {
        var blocks = new List<PageBlock>();
        var fences = Fences(page);
        for (var i = 0; i < fences.Count; i++)
        {
            if (fences[i].Language == "sh")
            {
                var follows = i + 1 < fences.Count && fences[i + 1].Line == fences[i].End + 1 && fences[i + 1].Language != "sh";
                blocks.Add(new PageBlock(fences[i].Line + 1, fences[i].Text, follows ? fences[i + 1].Text : null));
            }
        }

        return blocks;
    }

    /// <summary>Returns every fenced block; <c>Line</c> and <c>End</c> are those of its fences.</summary>
    public static IReadOnlyList<(string Language, int Line, int End, string Text)> Fences(string page)
    {
        var fences = new List<(string, int, int, string)>();
        var lines = page.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                var end = Array.IndexOf(lines, Fence, i + 1);
                Assert.True(end > 0, $"The block of line {i + 1} has no end.");
                fences.Add((lines[i][Fence.Length..], i + 1, end + 1, string.Join('\n', lines[(i + 1)..end])));
                i = end;
            }
        }

        return fences;
    }
}
