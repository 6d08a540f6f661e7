namespace AutoBuild.Memory.Segments;

/// <summary>Names the parts of a segment file, in their order.</summary>
internal enum Section
{
    /// <summary>What is shown of each document, packed one by one.</summary>
    Bodies,

    /// <summary>A row of fixed size for each document.</summary>
    Documents,

    /// <summary>The documents ordered by their keys.</summary>
    KeyOrder,

    /// <summary>The first chunk of each document, and one more at the end.</summary>
    FirstChunks,

    /// <summary>Terms of each document.</summary>
    DocumentLengths,

    /// <summary>Terms of each document's definition names.</summary>
    NameLengths,

    /// <summary>Terms of each chunk.</summary>
    ChunkLengths,

    /// <summary>The document of each chunk.</summary>
    ChunkDocuments,

    /// <summary>Term to chunks.</summary>
    WordPostings,
    Words,

    /// <summary>Term of a definition's name to documents.</summary>
    NamePostings,
    Names,

    /// <summary>Whole name of a definition to documents.</summary>
    SymbolPostings,
    Symbols,

    /// <summary>Names of languages, a line each.</summary>
    Languages,
}
