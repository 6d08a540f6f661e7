using AutoBuild.Core.Telemetry;
using AutoBuild.Memory.Segments;

namespace AutoBuild.Memory.Index;

/// <summary>Shows how large the index is and how it fares; read when somebody looks.</summary>
public static class IndexFigures
{
    public static void Show(Instruments instruments, Catalogue catalogue, MemoryIndex index)
    {
        instruments.Gauge("autobuild.memory.index.documents", "{document}", "Texts in the index, each once however many projects hold it.", () => [new(Sum(catalogue, segment => segment.DocumentCount))]);
        instruments.Gauge("autobuild.memory.index.chunks", "{chunk}", "Pieces of them.", () => [new(Sum(catalogue, segment => segment.ChunkCount))]);
        instruments.Gauge("autobuild.memory.index.size", "By", "Bytes of the index's segments on the disk.", () => [new(Sum(catalogue, segment => segment.Length))]);
        instruments.Gauge("autobuild.memory.index.pending", "{file}", "Files that runs which are on have still to read.", () => [new(index.Pending)]);
        instruments.Total("autobuild.memory.index.failures", "{run}", "Runs of the index that failed.", () => [new(index.Failures)]);
        instruments.Total("autobuild.memory.index.damaged", "{segment}", "Segments that were found damaged and dropped; what they held is indexed again.", () => [new(catalogue.Damaged)]);
    }

    private static double Sum(Catalogue catalogue, Func<Segment, long> count) => catalogue.Read(snapshot => snapshot.Segments.Sum(count));
}
