namespace AutoBuild.Syntax;

/// <summary>Is one item of a source text's block tree: a file, a definition, an entry, a statement.</summary>
/// <remarks>
/// The children of a block tile its body: the first begins at <see cref="BodyStart"/>, each ends where the next begins, the last ends at
/// <see cref="BodyEnd"/>. So any order and choice of whole items is made of slices of the text. Comments and attributes belong to the item that
/// follows them; a trailing separator and a comment on the same line belong to the item before. Comments with no item after them are an item
/// without code, whose <see cref="CodeStart"/> is its end; so is a comment at the head of a file with a blank line below it.
/// </remarks>
public sealed class Block
{
    public required BlockKind Kind { get; init; }

    /// <summary>Offset of the first character, leading blank lines and comments included.</summary>
    public required int Start { get; init; }

    /// <summary>Offset after the last character, separator and line break included.</summary>
    public required int End { get; init; }

    /// <summary>Offset of the first character that is no blank, comment or attribute; <see cref="End"/> where there is none.</summary>
    public required int CodeStart { get; init; }

    /// <summary>What tells the item from its neighbours: name and arity of a member, key of an entry, module of an import; null where nothing does.</summary>
    public string? Key { get; init; }

    /// <summary>The plain name of a definition; null for anything else.</summary>
    public string? Name { get; init; }

    /// <summary>Offset after the opening bracket, and after its line where nothing else stands there; of an indented block its first line; -1 of a leaf.</summary>
    public int BodyStart { get; init; } = -1;

    /// <summary>Offset of the closing bracket, or of its line where it stands first; of an indented block where its last line ends; -1 of a leaf.</summary>
    public int BodyEnd { get; init; } = -1;

    /// <summary>Empty too where the body holds nothing but blanks.</summary>
    public IReadOnlyList<Block> Children { get; init; } = [];

    public bool HasBody => BodyStart >= 0;
}

public enum BlockKind
{
    File,

    /// <summary>An import, using, include, use or require statement.</summary>
    Import,

    /// <summary>A namespace, module or package with a body.</summary>
    Namespace,

    /// <summary>A class, struct, interface, enum, trait, impl.</summary>
    Type,

    /// <summary>A function, method, constructor.</summary>
    Function,

    /// <summary>A property, field, constant, variable with a name.</summary>
    Member,

    /// <summary>An entry with a key: JSON, YAML, TOML, an object literal, an XML element with an id.</summary>
    Entry,

    /// <summary>An item of a bracketed list without a key.</summary>
    Element,

    /// <summary>A heading with all below it, in prose.</summary>
    Section,

    /// <summary>Anything else that ends at a separator or a line; one with a key is a call with a name, such as a test.</summary>
    Statement,
}
