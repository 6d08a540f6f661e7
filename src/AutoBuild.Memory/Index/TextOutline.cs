using AutoBuild.Syntax;

namespace AutoBuild.Memory.Index;

/// <summary>Is what is known of a text before its words are counted.</summary>
/// <param name="Text">As it is kept and shown: decoded, secrets taken out.</param>
/// <param name="Chunks">In their order; they tile the text.</param>
/// <param name="Definitions">In their order.</param>
public sealed record TextOutline(string Text, IReadOnlyList<CodeChunk> Chunks, IReadOnlyList<Definition> Definitions);
