using AutoBuild.Core.Memory;

namespace AutoBuild.Memory.Embeddings;

/// <summary>Names an endpoint that speaks OpenAI's protocol for embeddings, and bounds what it is asked.</summary>
/// <param name="Address">Up to and with the version, such as <c>http://127.0.0.1:11434/v1</c>.</param>
/// <param name="Space">The model, and how wide its vectors are.</param>
public sealed record EmbeddingOptions(Uri Address, VectorSpace Space)
{
    /// <summary>Null where the endpoint wants none.</summary>
    public string? Key { get; init; }

    /// <summary>Texts of one request; default 32, which servers for embeddings take as they come.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Of one request; default 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is sent before it is given up; default 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Before the second attempt, twice as long before each further one; default half a second.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>An endpoint that wants more is away; default 1 minute.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);
}
