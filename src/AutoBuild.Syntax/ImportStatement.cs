namespace AutoBuild.Syntax;

/// <summary>Is one import, using, include, use or require statement.</summary>
/// <param name="Start">Offset of its first character, indent included.</param>
/// <param name="End">Offset after its line break.</param>
/// <param name="Module">What it imports from; the whole path where the language knows no names beside it.</param>
/// <param name="Names">The single names it takes, empty where it takes the module as a whole.</param>
/// <param name="Modifiers">What else is written in it and makes it another statement: static, type, global, pub, an alias of the module.</param>
public sealed record ImportStatement(int Start, int End, string Module, IReadOnlyList<ImportedName> Names, string Modifiers);

/// <summary>Is one name of an import statement.</summary>
/// <param name="Alias">What the file calls it; null where that is its own name.</param>
/// <param name="Modifiers">What is written before the name, such as <c>type</c>; empty mostly.</param>
public sealed record ImportedName(string Name, string? Alias, string Modifiers);
