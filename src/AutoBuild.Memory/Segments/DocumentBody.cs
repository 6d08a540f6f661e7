using System.Buffers;
using System.IO.Compression;
using System.Text;
using AutoBuild.Memory.Index;
using AutoBuild.Syntax;

namespace AutoBuild.Memory.Segments;

/// <summary>Packs what is shown of a document, text, chunks and definitions, into one record, and unpacks it.</summary>
internal sealed class DocumentBody
{
    // The fastest there is; what the next one saves in space is a thirtieth.
    private const int Quality = 0;
    private const int Window = 18;

    private readonly ArrayBufferWriter<byte> _plain = new();
    private byte[] _packed = [];

    /// <summary>Packs a document; what is returned is good until the next.</summary>
    public ReadOnlySpan<byte> Pack(TextOutline outline)
    {
        _plain.ResetWrittenCount();
        Write(outline);
        var most = BrotliEncoder.GetMaxCompressedLength(_plain.WrittenCount) + sizeof(int);
        if (_packed.Length < most)
        {
            _packed = new byte[most * 2];
        }

        BitConverter.TryWriteBytes(_packed, _plain.WrittenCount);
        return BrotliEncoder.TryCompress(_plain.WrittenSpan, _packed.AsSpan(sizeof(int)), out var length, Quality, Window)
            ? _packed.AsSpan(0, sizeof(int) + length)
            : throw new InvalidOperationException("The packer wants more room than it said.");
    }

    /// <summary>Unpacks a document.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static TextOutline Unpack(ReadOnlySpan<byte> packed)
    {
        var plain = ArrayPool<byte>.Shared.Rent(Math.Max(0, BitConverter.ToInt32(packed)));
        try
        {
            return BrotliDecoder.TryDecompress(packed[sizeof(int)..], plain, out var length)
                ? Read(plain.AsSpan(0, length))
                : throw new InvalidDataException("A document can't be unpacked.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    private void Write(TextOutline outline)
    {
        Varint.Write(_plain, outline.Chunks.Count);
        Varint.Write(_plain, outline.Definitions.Count);
        foreach (var chunk in outline.Chunks)
        {
            Varint.Write(_plain, chunk.Start);
            Varint.Write(_plain, chunk.End - chunk.Start);
            Varint.Write(_plain, chunk.FirstLine);
            Varint.Write(_plain, chunk.LastLine - chunk.FirstLine);
            Varint.Write(_plain, (int)chunk.Kind);
            Write(chunk.Symbol);
            Write(chunk.Header);
        }

        foreach (var definition in outline.Definitions)
        {
            Varint.Write(_plain, definition.FirstLine);
            Varint.Write(_plain, definition.LastLine - definition.FirstLine);
            Varint.Write(_plain, (int)definition.Kind);
            Write(definition.Name);
            Write(definition.QualifiedName);
            Write(definition.Signature);
        }

        Encoding.UTF8.GetBytes(outline.Text, _plain);
    }

    private void Write(string text)
    {
        Varint.Write(_plain, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _plain);
    }

    private static TextOutline Read(ReadOnlySpan<byte> plain)
    {
        var at = 0;
        var chunks = new CodeChunk[Varint.ReadInt(plain, ref at)];
        var definitions = new Definition[Varint.ReadInt(plain, ref at)];
        for (var i = 0; i < chunks.Length; i++)
        {
            var start = Varint.ReadInt(plain, ref at);
            var end = start + Varint.ReadInt(plain, ref at);
            var first = Varint.ReadInt(plain, ref at);
            var last = first + Varint.ReadInt(plain, ref at);
            var kind = (BlockKind)Varint.ReadInt(plain, ref at);
            chunks[i] = new CodeChunk(start, end, first, last, ReadText(plain, ref at), kind, ReadText(plain, ref at));
        }

        for (var i = 0; i < definitions.Length; i++)
        {
            var first = Varint.ReadInt(plain, ref at);
            var last = first + Varint.ReadInt(plain, ref at);
            var kind = (BlockKind)Varint.ReadInt(plain, ref at);
            definitions[i] = new Definition(ReadText(plain, ref at), ReadText(plain, ref at), kind, first, last, ReadText(plain, ref at));
        }

        return new TextOutline(Encoding.UTF8.GetString(plain[at..]), chunks, definitions);
    }

    private static string ReadText(ReadOnlySpan<byte> plain, ref int at)
    {
        var length = Varint.ReadInt(plain, ref at);
        var text = Encoding.UTF8.GetString(plain.Slice(at, length));
        at += length;
        return text;
    }
}
