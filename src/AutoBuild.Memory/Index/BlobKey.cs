namespace AutoBuild.Memory.Index;

/// <summary>Names one analysed text: the content, and the language it was read as.</summary>
/// <param name="Content">The first 128 bits of git's id of the blob.</param>
/// <param name="Language">Name of the row in the table of languages; empty for plain text. Equal content under two extensions is two texts.</param>
public readonly record struct BlobKey(UInt128 Content, string Language);
