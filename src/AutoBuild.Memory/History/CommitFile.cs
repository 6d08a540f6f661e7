using System.IO.Compression;
using System.Text;

namespace AutoBuild.Memory.History;

/// <summary>Keeps the commits that were read, so that the next reading costs only the new ones. It can always be made again: what is damaged counts as empty.</summary>
internal sealed class CommitFile(string path)
{
    private const int Version = 1;

    public async Task<IReadOnlyList<PastCommit>> LoadAsync(CancellationToken cancel)
    {
        try
        {
            // The packed form carries a checksum of its own.
            await using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var bytes = new MemoryStream();
            await packed.CopyToAsync(bytes, cancel);
            bytes.Position = 0;
            using var reader = new BinaryReader(bytes, Encoding.UTF8);
            return reader.ReadInt32() == Version ? Read(reader) : [];
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            return [];
        }
    }

    public async Task SaveAsync(IReadOnlyList<PastCommit> commits, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write(commits.Count);
            foreach (var commit in commits)
            {
                Write(writer, commit);
            }
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var written = $"{path}.{Guid.NewGuid():N}.new";
        await using (var packed = new GZipStream(File.Create(written), CompressionLevel.Fastest))
        {
            bytes.Position = 0;
            await bytes.CopyToAsync(packed, cancel);
        }

        File.Move(written, path, overwrite: true);
    }

    private static PastCommit[] Read(BinaryReader reader)
    {
        var commits = new PastCommit[Math.Clamp(reader.ReadInt32(), 0, CommitLog.Most)];
        for (var i = 0; i < commits.Length; i++)
        {
            var (id, time, message) = (reader.ReadString(), reader.ReadInt64(), reader.ReadString());
            var files = new string[reader.ReadInt32()];
            for (var file = 0; file < files.Length; file++)
            {
                files[file] = reader.ReadString();
            }

            var renames = new PastRename[reader.ReadInt32()];
            for (var rename = 0; rename < renames.Length; rename++)
            {
                renames[rename] = new PastRename(reader.ReadString(), reader.ReadString());
            }

            commits[i] = new PastCommit(id, time, message, files, renames);
        }

        return commits;
    }

    private static void Write(BinaryWriter writer, PastCommit commit)
    {
        writer.Write(commit.Id);
        writer.Write(commit.Time);
        writer.Write(commit.Message);
        writer.Write(commit.Files.Count);
        foreach (var file in commit.Files)
        {
            writer.Write(file);
        }

        writer.Write(commit.Renames.Count);
        foreach (var rename in commit.Renames)
        {
            writer.Write(rename.From);
            writer.Write(rename.To);
        }
    }
}
