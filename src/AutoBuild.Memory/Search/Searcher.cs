using System.Runtime.CompilerServices;
using AutoBuild.Core;
using AutoBuild.Memory.History;
using AutoBuild.Memory.Segments;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Search;

/// <summary>Finds the places of a project that a text speaks of, with no model and no network.</summary>
/// <param name="open">Opens the view of a project; null asks for its default branch.</param>
/// <param name="folder">Where the memory is kept.</param>
/// <param name="lifetime">How long answers are kept; zero keeps none.</param>
/// <param name="figures">Told of each search.</param>
public sealed class Searcher(
    Func<Guid, string?, CancellationToken, Task<Result<SearchScope>>> open, string folder, TimeProvider time, TimeSpan lifetime = default, SearchFigures? figures = null)
{
    /// <summary>The longest query, in characters; a ticket with its log fits.</summary>
    public const int LongestQuery = 100_000;

    /// <summary>The most chunks of one answer.</summary>
    public const int MostResults = 1000;

    // A query goes on without a past that takes longer to read; the next one finds it read.
    private static readonly TimeSpan PastLimit = TimeSpan.FromSeconds(10);

    private const int Attempts = 3;

    private readonly Past _past = new(Path.Combine(folder, "past"));
    private readonly ConditionalWeakTable<View, Prepared> _prepared = [];
    private readonly AnswerCache _answers = new(lifetime, time);

    /// <summary>Returns the best chunks; refused where the request is malformed or the project has no index.</summary>
    public async Task<Result<SearchAnswer>> SearchAsync(SearchRequest request, CancellationToken cancel)
    {
        var (began, answer) = (time.GetTimestamp(), "failed");
        try
        {
            var (found, cached) = await FindAsync(request, cancel);
            answer = !found.Done ? "refused" : cached ? "cached" : "found";
            return found;
        }
        finally
        {
            figures?.Count(answer, time.GetElapsedTime(began));
        }
    }

    private async Task<(Result<SearchAnswer> Answer, bool Cached)> FindAsync(SearchRequest request, CancellationToken cancel)
    {
        if (Refuse(request) is { } refusal)
        {
            return (refusal, false);
        }

        for (var attempt = 1; ; attempt++)
        {
            // What is cached is looked for once the repository was looked at: it may have changed.
            var opened = await open(request.Project, request.Ref, cancel);
            if (!opened.Done)
            {
                return (opened.Refusal, false);
            }

            using var scope = opened.Value;
            var past = await PastOfAsync(scope, cancel);
            var state = new AnswerState(scope.View, scope.Snapshot.Version, past != PastWork.None);
            if (_answers.Find(request, state) is { } known)
            {
                return (Answer(known, scope), true);
            }

            try
            {
                var found = Ranker(scope, past).Rank(request, request.FileFilter is { } filter ? new GitPatterns(filter.Split('\n')) : null);
                _answers.Keep(request, state, found);
                return (Answer(found, scope), false);
            }
            catch (InvalidDataException) when (attempt < Attempts)
            {
                // A segment is damaged and was dropped: the next snapshot is without it.
            }
        }
    }

    private static SearchAnswer Answer(Found found, SearchScope scope) => new(found.Results, found.Total, found.Legs, scope.Freshness);

    private static Refusal? Refuse(SearchRequest request) => request switch
    {
        { Query: var query } when string.IsNullOrWhiteSpace(query) => new Refusal(RefusalKind.Invalid, "query_empty", "A query is needed: words, a name, a path, or a ticket's text."),
        { Query.Length: > LongestQuery } => new Refusal(RefusalKind.Invalid, "query_too_long", $"The query has more than {LongestQuery} characters. Send what the question is, without the log."),
        { MaxResults: < 1 or > MostResults } => new Refusal(RefusalKind.Invalid, "max_results_invalid", $"max_results is from 1 to {MostResults}."),
        { MinSimilarity: not (>= 0 and <= 1) } => new Refusal(RefusalKind.Invalid, "min_similarity_invalid", "min_similarity is from 0 to 1."),
        { FileFilter: { } filter } when !IsPattern(filter) => new Refusal(RefusalKind.Invalid, "file_filter_invalid", $"'{filter}' is no pattern as in .gitignore, such as src/**/*.cs."),
        var _ => null,
    };

    private static bool IsPattern(string filter)
    {
        try
        {
            return !new GitPatterns(filter.Split('\n')).IsEmpty;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private async Task<PastWork> PastOfAsync(SearchScope scope, CancellationToken cancel)
    {
        if (scope is not { Repository: { } repository, Freshness.Commit: { } commit })
        {
            return PastWork.None;
        }

        try
        {
            return await _past.At(repository, commit).WaitAsync(PastLimit, time, cancel);
        }
        catch (TimeoutException)
        {
            return PastWork.None;
        }
    }

    private Ranker Ranker(SearchScope scope, PastWork past)
    {
        var prepared = _prepared.GetValue(scope.View, _ => new Prepared());
        lock (prepared)
        {
            if (prepared.Files is null || prepared.Version != scope.Snapshot.Version)
            {
                (prepared.Files, prepared.Version, prepared.Past) = (FileTable.Of(scope.Snapshot, scope.View), scope.Snapshot.Version, null);
            }

            if (prepared.Past is null || prepared.Past.Work != past)
            {
                prepared.Past = new PastFiles(past, prepared.Files);
            }

            return new Ranker(prepared.Files, prepared.Past, Weights.Default);
        }
    }

    private sealed class Prepared
    {
        public FileTable? Files { get; set; }

        public long Version { get; set; }

        public PastFiles? Past { get; set; }
    }
}
