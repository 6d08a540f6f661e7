using AutoBuild.Syntax;

namespace AutoBuild.Memory.Index;

/// <summary>Is one piece of a text that is found and shown as a whole; the chunks of a text tile it.</summary>
/// <param name="Start">Offset of its first character.</param>
/// <param name="End">Offset after its last character.</param>
/// <param name="FirstLine">Counted from 1.</param>
/// <param name="LastLine">The line it ends on.</param>
/// <param name="Symbol">Qualified name of the definition it is, or of the first one it holds; empty where there is none.</param>
/// <param name="Kind">Of that definition.</param>
/// <param name="Header">The signatures of what it stands in, outermost first, then its own, in one line; kept apart from the text.</param>
public sealed record CodeChunk(int Start, int End, int FirstLine, int LastLine, string Symbol, BlockKind Kind, string Header);
