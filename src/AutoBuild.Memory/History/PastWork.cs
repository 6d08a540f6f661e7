using AutoBuild.Memory.Index;
using AutoBuild.Memory.Search;

namespace AutoBuild.Memory.History;

/// <summary>Is the past of a repository as a search asks it: which commits speak of a term, which files they touched. Never changes.</summary>
internal sealed class PastWork
{
    /// <summary>Of a file only its last commits tell what it is.</summary>
    private const int CommitsPerFile = 60;

    private readonly TermTable _terms = new();
    private readonly List<(int Commit, int Count)>?[] _postings;

    private PastWork(IReadOnlyList<PastCommit> commits)
    {
        var files = new PastPaths(commits);
        Paths = files.Names;
        Commits = new Entry[commits.Count(commit => commit.Files.Count > 0)];
        _postings = Count(commits, files);
        Priors = PriorsOf();
    }

    /// <summary>Of a repository without commits.</summary>
    public static PastWork None { get; } = new([]);

    /// <summary>Files of the past under the names they bear now.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Newest first.</summary>
    public Entry[] Commits { get; }

    /// <summary>How much each file was worked on of late.</summary>
    public float[] Priors { get; }

    /// <summary>Terms of all messages, per commit.</summary>
    public double AverageLength { get; private set; }

    /// <summary>Builds it.</summary>
    /// <param name="commits">Newest first.</param>
    public static PastWork Of(IReadOnlyList<PastCommit> commits) => commits.Count == 0 ? None : new PastWork(commits);

    /// <summary>The commits whose message holds a term, oldest last.</summary>
    public IReadOnlyList<(int Commit, int Count)> Find(string term) => _terms.Find(term) is >= 0 and var id && _postings[id] is { } found ? found : [];

    /// <summary>Half of what a commit tells is left after so many days, by its root.</summary>
    public double Decay(int commit) => Math.Pow(0.5, Days(commit) / Ranking.CommitHalfLife / 2);

    private double Days(int commit) => (Commits[0].Time - Commits[commit].Time) / 86_400.0;

    private List<(int Commit, int Count)>?[] Count(IReadOnlyList<PastCommit> commits, PastPaths files)
    {
        var postings = new List<(int Commit, int Count)>?[1024];
        var seen = new int[files.Names.Count];
        var (number, total) = (0, 0L);
        for (var at = 0; at < commits.Count; at++)
        {
            if (commits[at].Files.Count == 0)
            {
                continue;
            }

            var length = CountMessage(commits[at].Message, number, ref postings);
            var touched = files.Of(at);
            Commits[number++] = new Entry(commits[at].Time, length, touched, [.. touched.Where(file => seen[file]++ < CommitsPerFile)]);
            total += length;
        }

        AverageLength = Math.Max(1, total / (double)Math.Max(1, number));
        Array.Resize(ref postings, _terms.Count);
        return postings;
    }

    private int CountMessage(string message, int commit, ref List<(int Commit, int Count)>?[] postings)
    {
        var length = 0;
        for (var at = 0; Words.Next(message, ref at) is { IsEmpty: false } word;)
        {
            if (StopWords.Holds(word))
            {
                continue;
            }

            foreach (var term in _terms.Read(word))
            {
                length++;
                if (term >= postings.Length)
                {
                    Array.Resize(ref postings, term * 2);
                }

                var found = postings[term] ??= [];
                if (found.Count > 0 && found[^1].Commit == commit)
                {
                    found[^1] = (commit, found[^1].Count + 1);
                }
                else
                {
                    found.Add((commit, 1));
                }
            }
        }

        return length;
    }

    private float[] PriorsOf()
    {
        var priors = new float[Paths.Count];
        for (var commit = 0; commit < Commits.Length; commit++)
        {
            var share = (float)(Math.Exp(-Days(commit) / 365) / (1 + Math.Log(Commits[commit].Files.Length)));
            foreach (var file in Commits[commit].Files)
            {
                priors[file] += share;
            }
        }

        return [.. priors.Select(sum => (float)Math.Log(1 + 10 * sum))];
    }

    /// <summary>Is one commit.</summary>
    /// <param name="Time">In seconds since 1970.</param>
    /// <param name="Length">Terms of its message.</param>
    /// <param name="Files">Numbers of the files it touched.</param>
    /// <param name="Recent">Those among whose last commits it is.</param>
    public readonly record struct Entry(long Time, int Length, int[] Files, int[] Recent);
}
