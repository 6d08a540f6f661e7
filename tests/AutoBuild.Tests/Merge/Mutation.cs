using AutoBuild.Merge;

namespace AutoBuild.Tests.Merge;

/// <summary>Changes a source as people do: a few small edits, some of them in the same places as the other side's.</summary>
internal sealed class Mutation(Random random, bool moves)
{
    private static readonly string[] Sources = [.. MergeFixture.Folders];

    private int _names;

    /// <summary>Makes a case of one of the fixtures: its base, and two sides that each changed it a few times.</summary>
    /// <param name="moves">Whether lines may move or be written twice.</param>
    public static MergeCase Case(int seed, bool moves = true)
    {
        var random = new Random(seed);
        var fixture = new MergeFixture(Sources[random.Next(Sources.Length)]);
        var start = fixture.Text("base");
        var ending = random.Next(6) == 0 ? "\r\n" : "\n";
        start = start.ReplaceLineEndings(ending);
        start = random.Next(6) == 0 ? start.TrimEnd() : start;
        start = start.TrimStart('\ufeff');
        var mark = random.Next(8) == 0 ? "\ufeff" : "";
        var mutation = new Mutation(random, moves);
        return new MergeCase(fixture.Path, mark + start, mark + mutation.Side(start, ending), mark + mutation.Side(start, ending));
    }

    private string Side(string start, string ending)
    {
        var lines = start.Split(ending).ToList();
        var (first, edits) = (random.Next(lines.Count), 1 + random.Next(4));
        for (var i = 0; i < edits && lines.Count > 1; i++)
        {
            // Near each other mostly, so that the two sides meet.
            var at = random.Next(3) == 0 ? random.Next(lines.Count) : Math.Min(lines.Count - 1, (first % 12) + random.Next(4));
            Edit(lines, Math.Max(at, 1));
        }

        return string.Join(ending, lines);
    }

    private void Edit(List<string> lines, int at)
    {
        at = Math.Min(at, lines.Count - 1);
        switch (random.Next(moves ? 7 : 5))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(at, Indent(lines[at]) + Name());
                break;
            case 2:
                lines[at] = lines[at].Replace(Word(lines[at]), Name(), StringComparison.Ordinal);
                break;
            case 3:
                lines[at] = "    " + lines[at];
                break;
            case 4:
                lines[at] += " " + Name();
                break;
            case 5:
                lines.Insert(at, lines[at]);
                break;
            default:
                (lines[at], lines[at - 1]) = (lines[at - 1], lines[at]);
                break;
        }
    }

    private static string Word(string line) => line.Split(' ', '(', ')', ',', ';', '"').Where(word => word.Length > 0).DefaultIfEmpty("\0").ElementAt(0);

    /// <summary>A word that stands nowhere else.</summary>
    private string Name() => $"novel{random.Next(1_000_000)}n{_names++}";

    private static string Indent(string line) => line[..^line.TrimStart().Length];
}

/// <summary>Is three texts and where they belong.</summary>
internal sealed record MergeCase(string Path, string Base, string Ours, string Theirs)
{
    public MergeInput Input => new(System.Text.Encoding.UTF8.GetBytes(Base), System.Text.Encoding.UTF8.GetBytes(Ours), System.Text.Encoding.UTF8.GetBytes(Theirs), Path);

    public MergeCase Swapped => this with { Ours = Theirs, Theirs = Ours };

    public override string ToString() => $"{Path}\n--- base\n{Base}\n--- ours\n{Ours}\n--- theirs\n{Theirs}";
}
