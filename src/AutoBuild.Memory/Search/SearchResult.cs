namespace AutoBuild.Memory.Search;

/// <summary>Is one place that was found.</summary>
/// <param name="FilePath">From the root of the repository.</param>
/// <param name="Content">The chunk's text, secrets taken out.</param>
/// <param name="Similarity">From 0 to 1; 1 is the best that the query could have found.</param>
/// <param name="ChunkIndex">Its place among the chunks of the file, from 0.</param>
/// <param name="Language">Empty for plain text.</param>
/// <param name="StartLine">Counted from 1.</param>
/// <param name="EndLine">The line it ends on.</param>
/// <param name="Symbol">Qualified name of the definition; empty where there is none.</param>
/// <param name="ScoreParts">What each leg gave: lexical, chunk, messages, commits, prior, exact, vector.</param>
public sealed record SearchResult(string FilePath, string Content, double Similarity, int ChunkIndex, string Language, int StartLine, int EndLine, string Symbol, IReadOnlyDictionary<string, double> ScoreParts);

/// <summary>Is the answer to a search.</summary>
/// <param name="Results">Best first.</param>
/// <param name="TotalResults">Chunks that any leg knew of.</param>
/// <param name="Legs">Which legs were used.</param>
/// <param name="Freshness">What state of the repository it speaks of.</param>
public sealed record SearchAnswer(IReadOnlyList<SearchResult> Results, int TotalResults, IReadOnlyList<string> Legs, Freshness Freshness);

/// <summary>Says which state of a repository an answer speaks of.</summary>
/// <param name="Commit">Null for a plain folder.</param>
/// <param name="Dirty">Files that differ from the commit, as found in the working tree.</param>
/// <param name="IndexedAt">When the view was made.</param>
/// <param name="Pending">Files that are known and not indexed yet.</param>
public sealed record Freshness(string? Commit, int Dirty, DateTimeOffset IndexedAt, int Pending);
