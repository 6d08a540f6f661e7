using System.Runtime.InteropServices;

namespace AutoBuild.Memory.Segments;

/// <summary>Is a document's row in a segment file.</summary>
/// <param name="Content">Of its key.</param>
/// <param name="Body">Where its packed record begins.</param>
/// <param name="BodyLength">Bytes of that.</param>
/// <param name="Language">Of its key, as a place in the segment's list.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct DocumentRow(UInt128 Content, long Body, int BodyLength, int Language);
