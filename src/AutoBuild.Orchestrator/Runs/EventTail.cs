using System.Text;
using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Reads the whole lines that were appended to an <c>events.ndjson</c> since the last call.</summary>
/// <param name="atOnce">Bytes that a call takes; a line that is longer is taken all the same.</param>
internal sealed class EventTail(string path, long offset, int atOnce = EventTail.MostBytes)
{
    private const int MostBytes = 4 << 20;

    /// <summary>In bytes; always at the start of a line.</summary>
    public long Offset { get; private set; } = offset;

    public IReadOnlyList<RunEvent> Read()
    {
        if (!Open(out var file))
        {
            return [];
        }

        using (file)
        {
            var events = new List<RunEvent>();
            var lines = Take(file, atOnce) is { Length: > 0 } some ? some : Take(file, MostBytes);
            Offset += lines.Length;
            foreach (var line in Encoding.UTF8.GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                Add(events, line);
            }

            return events;
        }
    }

    /// <summary>Returns the whole lines among the next bytes.</summary>
    private ReadOnlySpan<byte> Take(FileStream file, int most)
    {
        var bytes = new byte[Math.Clamp(file.Length - Offset, 0, most)];
        file.Seek(Offset, SeekOrigin.Begin);
        var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes.AsSpan(0, bytes.AsSpan(0, count).LastIndexOf((byte)'\n') + 1);
    }

    private bool Open([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FileStream? file)
    {
        file = null;
        try
        {
            if (new FileInfo(path) is { Exists: true } info && info.Length > Offset)
            {
                file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            }
        }
        catch (IOException)
        {
            // The runner opens it just now; the next look finds it.
        }

        return file is not null;
    }

    // A kind of event that a newer runner knows is no reason to lose the rest.
    private static void Add(List<RunEvent> events, string line)
    {
        try
        {
            events.Add(CoreJson.Read<RunEvent>(line));
        }
        catch (AutoBuildException)
        {
            return;
        }
    }
}
