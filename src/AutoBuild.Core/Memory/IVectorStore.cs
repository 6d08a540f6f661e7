namespace AutoBuild.Core.Memory;

/// <summary>Keeps what embedding models made of chunks, and finds those nearest to a query. Vectors of two models, or of two widths, are never compared.</summary>
public interface IVectorStore : IDisposable
{
    /// <summary>Keeps vectors; of a chunk that comes again the later one counts.</summary>
    /// <exception cref="ArgumentException">A vector has another width than the space, or holds what is no number.</exception>
    Task AddAsync(VectorSpace space, IReadOnlyList<ChunkVector> vectors, CancellationToken cancel);

    /// <summary>Returns those of the chunks that have no vector yet, in their order.</summary>
    Task<IReadOnlyList<ChunkKey>> MissingAsync(VectorSpace space, IReadOnlyList<ChunkKey> chunks, CancellationToken cancel);

    /// <summary>Returns those of the chunks whose vectors point most nearly where the query does, nearest first; none that points away from it.</summary>
    /// <param name="space">Of the query.</param>
    /// <param name="query">Of any length but zero.</param>
    /// <param name="among">Which may be found. The same list again is found faster.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="cancel">Ends it.</param>
    Task<IReadOnlyList<NearChunk>> NearestAsync(VectorSpace space, ReadOnlyMemory<float> query, IReadOnlyList<ChunkKey> among, int count, CancellationToken cancel);

    /// <summary>Forgets all that a model made, in every width.</summary>
    Task DeleteAsync(string model, CancellationToken cancel);
}

/// <summary>Is what vectors must share to be compared.</summary>
/// <param name="Model">As the endpoint names it.</param>
/// <param name="Dimension">Numbers of a vector.</param>
public sealed record VectorSpace(string Model, int Dimension);

/// <summary>Names a chunk by what it holds, so that branches, worktrees and projects share its vector.</summary>
/// <param name="Content">Of the whole text, the first 128 bits of git's id.</param>
/// <param name="Language">It was read as; empty for plain text.</param>
/// <param name="Chunk">Its place among the text's chunks, from 0.</param>
/// <param name="Terms">How many terms it has: a text that is cut otherwise has other chunks.</param>
public readonly record struct ChunkKey(UInt128 Content, string Language, int Chunk, int Terms);

/// <summary>Is what a model made of a chunk.</summary>
public readonly record struct ChunkVector(ChunkKey Key, ReadOnlyMemory<float> Values);

/// <summary>Is a chunk that was found.</summary>
/// <param name="Place">Among those asked for.</param>
/// <param name="Cosine">Above 0, at most 1.</param>
public readonly record struct NearChunk(int Place, float Cosine);
