using AutoBuild.Memory.Segments;

namespace AutoBuild.Memory.Search;

/// <summary>Is what a search looks through: a view, the index as it stands, and where the past is read.</summary>
/// <param name="Snapshot">Given back with the scope.</param>
/// <param name="View">Each file of it that is indexed can be found.</param>
/// <param name="Repository">A directory that git reads, the repository itself and none of its working trees, so that these share one past; null for a plain folder.</param>
/// <param name="Freshness">Told in the answer; its commit is where the past begins.</param>
public sealed record SearchScope(IndexSnapshot Snapshot, View View, string? Repository, Freshness Freshness) : IDisposable
{
    public void Dispose() => Snapshot.Dispose();
}
