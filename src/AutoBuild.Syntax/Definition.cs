namespace AutoBuild.Syntax;

/// <summary>Is what a text defines: a type, a function, a named member.</summary>
/// <param name="QualifiedName">With the names of what it stands in, parted by dots.</param>
/// <param name="FirstLine">Counted from 1; attributes and the comment before it are not part of it.</param>
/// <param name="LastLine">The line it ends on.</param>
/// <param name="Signature">Its text up to the body, in one line, at most 200 characters.</param>
public sealed record Definition(string Name, string QualifiedName, BlockKind Kind, int FirstLine, int LastLine, string Signature);
