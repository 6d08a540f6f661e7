using AutoBuild.Memory.History;

namespace AutoBuild.Memory.Search;

/// <summary>Scores files by what was done to them: the messages of their commits, the nearest commits, how much they were worked on of late.</summary>
internal sealed class PastLegs(PastFiles past, Legs legs)
{
    private readonly PastWork _work = past.Work;

    public void Score(IReadOnlyList<QueryTerm> terms)
    {
        if (_work.Commits.Length == 0)
        {
            return;
        }

        var near = legs.Lend(_work.Commits.Length);
        var counts = legs.Lend(legs.Count);
        var touched = new List<int>();
        foreach (var term in terms)
        {
            var found = _work.Find(term.Text);
            if (found.Count > 0)
            {
                ScoreCommits(term, found, near);
                ScoreMessages(term, found, counts, touched);
            }
        }

        Vote(near);
        past.Priors.CopyTo(legs.Prior, 0);
    }

    private void ScoreCommits(QueryTerm term, IReadOnlyList<(int Commit, int Count)> found, float[] near)
    {
        var rarity = Ranking.Rarity(_work.Commits.Length, found.Count) * term.Weight;
        foreach (var (commit, count) in found)
        {
            var norm = 1 - Ranking.MessageLength + Ranking.MessageLength * _work.Commits[commit].Length / (float)_work.AverageLength;
            near[commit] += rarity * Saturated(count / norm, Ranking.MessageSaturation);
        }
    }

    private void ScoreMessages(QueryTerm term, IReadOnlyList<(int Commit, int Count)> found, float[] counts, List<int> touched)
    {
        touched.Clear();
        foreach (var (commit, count) in found)
        {
            foreach (var name in _work.Commits[commit].Recent)
            {
                if (past.FileOf(name) is >= 0 and var file)
                {
                    if (counts[file] == 0)
                    {
                        touched.Add(file);
                    }

                    counts[file] += count;
                }
            }
        }

        var rarity = Ranking.Rarity(legs.Count, touched.Count) * term.Weight;
        foreach (var file in touched)
        {
            legs.Messages[file] += rarity * Saturated(counts[file] * past.Norm(file), Ranking.PastSaturation);
            counts[file] = 0;
        }
    }

    // The nearest commits vote for the files they touched, the nearer the more.
    private void Vote(float[] near)
    {
        var nearest = new PriorityQueue<int, (float Score, int Older)>();
        for (var commit = 0; commit < _work.Commits.Length; commit++)
        {
            if (near[commit] > 0)
            {
                near[commit] *= (float)_work.Decay(commit);
                nearest.Enqueue(commit, (near[commit], -commit));
                if (nearest.Count > Ranking.NearestCommits)
                {
                    nearest.Dequeue();
                }
            }
        }

        var best = nearest.UnorderedItems.Select(item => item.Priority.Score).DefaultIfEmpty(1).Max();
        foreach (var (commit, (score, _)) in nearest.UnorderedItems)
        {
            var vote = (float)(score / best * (score / best) / Math.Pow(_work.Commits[commit].Files.Length, Ranking.CommitFiles));
            foreach (var name in _work.Commits[commit].Files)
            {
                if (past.FileOf(name) is >= 0 and var file)
                {
                    legs.Commits[file] += vote;
                }
            }
        }
    }

    private static float Saturated(float count, float saturation) => count * (saturation + 1) / (saturation + count);
}
