namespace AutoBuild.Configuration;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Spelling
{
    /// <summary>Returns the known word that takes the fewest edits, if they are few for its length.</summary>
    internal static string? Nearest(string word, IEnumerable<string> known) =>
        known.Select(candidate => (candidate, edits: Edits(word, candidate)))
            .Where(pair => pair.edits <= Math.Max(2, pair.candidate.Length / 3))
            .OrderBy(pair => pair.edits)
            .Select(pair => pair.candidate)
            .FirstOrDefault();

    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
