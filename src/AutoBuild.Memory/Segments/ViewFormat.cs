using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Segments;

/// <summary>Packs a view into bytes: paths spell out what differs from the one before, languages stand once.</summary>
/// <remarks>"ABVIEW", version, CRC-32C of the rest; project, ref, commit, time, stamp, languages; then the files: shared length, rest of the path, language, marks, content.</remarks>
internal static class ViewFormat
{
    public const string Extension = ".view";

    private const int HeadBytes = 12;

    private static ReadOnlySpan<byte> Mark => "ABVIEW\0\u0001"u8;

    public static byte[] Pack(View view)
    {
        var into = new ArrayBufferWriter<byte>();
        into.Write(view.Project.ToByteArray());
        Write(into, view.Ref);
        Write(into, view.Commit ?? "");
        Varint.Write(into, view.IndexedAt.UtcTicks);
        Write(into, view.Stamp);
        var languages = view.Files.Select(file => file.Key.Language).Distinct().ToList();
        Write(into, string.Join('\n', languages));
        Varint.Write(into, view.Files.Count);
        byte[] last = [];
        foreach (var file in view.Files)
        {
            var path = Encoding.UTF8.GetBytes(file.Path);
            var shared = path.AsSpan().CommonPrefixLength(last);
            Varint.Write(into, shared);
            Varint.Write(into, path.Length - shared);
            into.Write(path.AsSpan(shared));
            Varint.Write(into, languages.IndexOf(file.Key.Language));
            Varint.Write(into, (int)file.Marks);
            BinaryPrimitives.WriteUInt128LittleEndian(into.GetSpan(16), file.Key.Content);
            into.Advance(16);
            last = path;
        }

        var whole = new byte[HeadBytes + into.WrittenCount];
        Mark.CopyTo(whole);
        into.WrittenSpan.CopyTo(whole.AsSpan(HeadBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(Mark.Length), Checksum.Of(into.WrittenSpan));
        return whole;
    }

    /// <exception cref="InvalidDataException">It is none, cut, or damaged.</exception>
    public static View Unpack(ReadOnlySpan<byte> whole)
    {
        if (!whole.StartsWith(Mark) || whole.Length < HeadBytes || BinaryPrimitives.ReadUInt32LittleEndian(whole[Mark.Length..]) != Checksum.Of(whole[HeadBytes..]))
        {
            throw new InvalidDataException("It is cut or damaged.");
        }

        var bytes = whole[HeadBytes..];
        var project = new Guid(bytes[..16]);
        var at = 16;
        var reference = Read(bytes, ref at);
        var commit = Read(bytes, ref at);
        var indexed = new DateTimeOffset(Varint.Read(bytes, ref at), TimeSpan.Zero);
        var stamp = Read(bytes, ref at);
        var languages = Read(bytes, ref at).Split('\n');
        var files = new ViewFile[Varint.ReadInt(bytes, ref at)];
        var path = new byte[256];
        for (var i = 0; i < files.Length; i++)
        {
            files[i] = ReadFile(bytes, ref at, ref path, languages);
        }

        return new View(project, reference, files) { Commit = commit.Length == 0 ? null : commit, IndexedAt = indexed, Stamp = stamp };
    }

    private static ViewFile ReadFile(ReadOnlySpan<byte> bytes, ref int at, ref byte[] path, string[] languages)
    {
        var shared = Varint.ReadInt(bytes, ref at);
        var rest = Varint.ReadInt(bytes, ref at);
        if (shared + rest > path.Length)
        {
            Array.Resize(ref path, (shared + rest) * 2);
        }

        bytes.Slice(at, rest).CopyTo(path.AsSpan(shared));
        at += rest;
        var language = languages[Varint.ReadInt(bytes, ref at)];
        var marks = (FileMarks)Varint.ReadInt(bytes, ref at);
        var content = BinaryPrimitives.ReadUInt128LittleEndian(bytes.Slice(at, 16));
        at += 16;
        return new ViewFile(Encoding.UTF8.GetString(path, 0, shared + rest), new BlobKey(content, language), marks);
    }

    private static void Write(IBufferWriter<byte> into, string text)
    {
        Varint.Write(into, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, into);
    }

    private static string Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        var length = Varint.ReadInt(bytes, ref at);
        at += length;
        return Encoding.UTF8.GetString(bytes.Slice(at - length, length));
    }
}
