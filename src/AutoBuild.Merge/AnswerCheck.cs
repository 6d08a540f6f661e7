namespace AutoBuild.Merge;

/// <summary>Is something that speaks against an answer to a chunk.</summary>
/// <param name="Rule">Stable: <c>markers</c>, <c>invented</c>, <c>target_lost</c>, <c>branch_lost</c>, <c>target_reverted</c>, <c>branch_reverted</c>, <c>unbalanced</c>, <c>repeated</c>, <c>encoding</c>.</param>
/// <param name="Why">A sentence that names what was found.</param>
public sealed record AnswerFault(string Rule, string Why);

/// <summary>Judges an answer to a chunk by the texts alone, whoever gave it: a model, a person, an earlier resolution.</summary>
/// <remarks>It proves nothing right. What it finds, a person has to see: most of all that a change which one side made is gone.</remarks>
public static class AnswerCheck
{
    private static readonly string[] Pairs = ["()", "[]", "{}"];

    private const int MostNamed = 5;

    // Data where a line is a key with its value, and lines that bring names in: the same one twice is a fault, elsewhere it may be code.
    private static readonly string[] KeyedEndings = [".json", ".yaml", ".yml", ".toml", ".ini", ".properties", ".env", ".csproj", ".props", ".xml", ".gradle"];
    private static readonly string[] ImportWords = ["import ", "using ", "from ", "#include", "use ", "require ", "require_once ", "package "];

    /// <summary>Returns all that speaks against it; empty where nothing does.</summary>
    public static IReadOnlyList<AnswerFault> Faults(MergeInput input, MergeChunk chunk, string answer)
    {
        var (start, ours, theirs, _) = FileTexts.Read(input);
        var counts = new Counts(Words.Count(chunk.BaseText), Words.Count(chunk.OursText), Words.Count(chunk.TheirsText), Words.Count(answer));
        return
        [
            .. Markers(answer),
            .. Found("invented", "It has what stands in none of the three versions of the file: {0}.", counts.Answer.Keys.Except(Words.Count(start).Keys).Except(Words.Count(ours).Keys).Except(Words.Count(theirs).Keys)),
            .. Found("target_lost", "It lacks what the target added: {0}.", Lost(chunk, chunk.OursText, chunk.TheirsText, answer)),
            .. Found("branch_lost", "It lacks what the branch added: {0}.", Lost(chunk, chunk.TheirsText, chunk.OursText, answer)),
            .. Found("target_reverted", "It brings back what the target took away: {0}.", counts.Reverted(counts.Ours, counts.Theirs)),
            .. Found("branch_reverted", "It brings back what the branch took away: {0}.", counts.Reverted(counts.Theirs, counts.Ours)),
            .. Found("unbalanced", "Brackets would not close in the file: {0}.", Pairs.Where(pair => !Balances(pair, [start, ours, theirs], chunk, answer))),
            .. Found("repeated", "It has more often than both changes together explain: {0}.", counts.Surplus().Concat(Repeated(input.Path, chunk, answer))),
        ];
    }

    private static IEnumerable<AnswerFault> Markers(string answer) => ChunkText.Lines(answer).Any(line => IsMarker(line.TrimEnd()))
        ? [new AnswerFault("markers", "It has a line that looks like a conflict marker.")]
        : [];

    private static bool IsMarker(string line) => line.Length >= 7 && line[0] is '<' or '=' or '>' or '|' && line.TakeWhile(sign => sign == line[0]).Count() == 7 && (line.Length == 7 || line[7] == ' ');

    private static IEnumerable<AnswerFault> Found(string rule, string sentence, IEnumerable<string> what)
    {
        var all = what.Order(StringComparer.Ordinal).ToList();
        var named = string.Join(", ", all.Take(MostNamed).Select(word => $"'{word}'")) + (all.Count > MostNamed ? $" and {all.Count - MostNamed} more" : "");
        return all.Count > 0 ? [new AnswerFault(rule, string.Format(System.Globalization.CultureInfo.InvariantCulture, sentence, named))] : [];
    }

    // Where the whole files balance, what stands around the chunk lacks just what both edits together put in.
    private static bool Balances(string pair, string[] files, MergeChunk chunk, string answer) =>
        files.Any(file => Depth(file, pair) != 0) || Depth(answer, pair) == Depth(chunk.OursText, pair) + Depth(chunk.TheirsText, pair) - Depth(chunk.BaseText, pair);

    private static int Depth(string text, string pair) => text.Count(sign => sign == pair[0]) - text.Count(sign => sign == pair[1]);

    private static IEnumerable<string> Repeated(string? path, MergeChunk chunk, string answer)
    {
        var keyed = path is not null && KeyedEndings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        var (start, ours, theirs) = (LineCounts(chunk.BaseText), LineCounts(chunk.OursText), LineCounts(chunk.TheirsText));
        return from line in LineCounts(answer)
               where line.Value > 1 && (keyed ? line.Key.Any(char.IsLetterOrDigit) : ImportWords.Any(word => line.Key.TrimStart().StartsWith(word, StringComparison.Ordinal)))
               let most = Math.Max(start.GetValueOrDefault(line.Key), Math.Max(ours.GetValueOrDefault(line.Key), theirs.GetValueOrDefault(line.Key)))
               where line.Value > most
               select line.Key.Trim();
    }

    // With their indentation: the same key may stand in two objects.
    private static Dictionary<string, int> LineCounts(string text) =>
        ChunkText.Lines(text).Select(line => line.TrimEnd().TrimEnd(',')).Where(line => line.Length > 0).CountBy(line => line).ToDictionary();

    // Words alone would not tell two calls with exchanged arguments apart, and lines alone would take every line that both changed for lost.
    private static IEnumerable<string> Lost(MergeChunk chunk, string side, string other, string answer)
    {
        var (was, kept) = (Words.Count(chunk.BaseText), Words.Count(other));
        var words = LostWords(was, Words.Count(side), kept, Words.Count(answer)).ToList();
        return words.Count > 0 ? words : LostLines(chunk.BaseText, side, answer, word => kept.GetValueOrDefault(word) < was.GetValueOrDefault(word));
    }

    // What one side added, and the answer has less of than that, even if all went that the other side took away.
    private static IEnumerable<string> LostWords(Dictionary<string, int> was, Dictionary<string, int> side, Dictionary<string, int> other, Dictionary<string, int> answer) =>
        from word in side
        let before = was.GetValueOrDefault(word.Key)
        where word.Value > before && answer.GetValueOrDefault(word.Key) < word.Value - Math.Max(0, before - other.GetValueOrDefault(word.Key))
        select word.Key;

    // Lines that one side added, and no line of the answer holds, even without what the other side took away.
    private static IEnumerable<string> LostLines(string was, string side, string answer, Func<string, bool> tookAway)
    {
        var before = TrimmedCounts(was);
        var after = TrimmedCounts(answer);
        var held = after.Keys.Select(line => Words.Count(line).Keys.ToHashSet(StringComparer.Ordinal)).ToList();
        return from line in TrimmedCounts(side)
               where line.Value > before.GetValueOrDefault(line.Key) && !after.ContainsKey(line.Key)
               let words = Words.Count(line.Key).Keys.Where(word => !tookAway(word)).ToList()
               where words.Count > 0 && !held.Any(one => words.All(one.Contains))
               select line.Key;
    }

    private static Dictionary<string, int> TrimmedCounts(string text) =>
        ChunkText.Lines(text).Select(line => line.Trim()).Where(line => line.Length > 0).CountBy(line => line).ToDictionary();

    private sealed record Counts(Dictionary<string, int> Base, Dictionary<string, int> Ours, Dictionary<string, int> Theirs, Dictionary<string, int> Answer)
    {
        /// <summary>What stands in the answer more often than if both edits were made.</summary>
        public IEnumerable<string> Surplus() =>
            from word in Answer
            let was = Base.GetValueOrDefault(word.Key)
            let ours = Ours.GetValueOrDefault(word.Key)
            let theirs = Theirs.GetValueOrDefault(word.Key)
            where was + ours + theirs > 0 && word.Value > Math.Max(ours + theirs - was, Math.Max(ours, theirs))
            select word.Key;

        /// <summary>What one side took away, and the answer has more of than that, even with all that the other side added.</summary>
        public IEnumerable<string> Reverted(Dictionary<string, int> side, Dictionary<string, int> other) =>
            from word in Base
            let left = side.GetValueOrDefault(word.Key)
            where left < word.Value && Answer.GetValueOrDefault(word.Key) > left + Math.Max(0, other.GetValueOrDefault(word.Key) - word.Value)
            select word.Key;
    }
}
