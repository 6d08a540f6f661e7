using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Search;

/// <summary>Answers queries over the files of one view and their past.</summary>
internal sealed class Ranker(FileTable files, PastFiles past, Weights weights)
{
    /// <summary>Returns the best chunks, best first.</summary>
    /// <param name="filter">Which paths may be among them; null lets all through.</param>
    public Found Rank(SearchRequest request, GitPatterns? filter = null)
    {
        var names = QueryNames.Of(request.Query);
        using var legs = new Legs(files);
        Score(QueryWords.Of(request.Query), names, legs);
        var counting = names.IsName ? weights.ForName : weights;
        var scores = Fusion.Score(files, legs, counting);
        for (var file = 0; filter is not null && file < files.Count; file++)
        {
            scores[file] = filter.Matches(files.Files[file].Path) ? scores[file] : 0;
        }

        var used = Fusion.Parts(legs, counting).Where(part => part.Weight > 0 && part.Leg.AsSpan(0, files.Count).ContainsAnyExcept(0f)).ToList();
        var best = Math.Max(used.Sum(part => part.Weight), float.Epsilon);
        var picker = new ChunkPicker(files, legs, names, used, best);
        return new Found(picker.Pick(scores, request), picker.Known(scores), [.. used.Select(part => part.Name)]);
    }

    private void Score(IReadOnlyList<QueryTerm> terms, QueryNames names, Legs legs)
    {
        using (var words = new WordLegs(files, legs))
        {
            words.Score(terms);
        }

        new PastLegs(past, legs).Score(terms);
        new ExactLeg(files, legs).Score(names);
    }
}

/// <summary>Is what a ranking found.</summary>
/// <param name="Results">Best first.</param>
/// <param name="Total">Chunks that any leg knew of.</param>
/// <param name="Legs">Those that had something to say.</param>
internal sealed record Found(IReadOnlyList<SearchResult> Results, int Total, IReadOnlyList<string> Legs);
