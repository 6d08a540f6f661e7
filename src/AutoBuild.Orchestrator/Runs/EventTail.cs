using System.Text;
using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Reads the whole lines that were appended to an <c>events.ndjson</c> since the last call.</summary>
internal sealed class EventTail(string path, long offset)
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
            var bytes = new byte[Math.Clamp(file.Length - Offset, 0, MostBytes)];
            file.Seek(Offset, SeekOrigin.Begin);
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var whole = bytes.AsSpan(0, count).LastIndexOf((byte)'\n') + 1;
            Offset += whole;
            foreach (var line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                Add(events, line);
            }

            return events;
        }
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
