using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Journal;

/// <summary>Writes <c>report.json</c>: whole or not at all, and safe on disk before anybody can read it.</summary>
/// <remarks>Its place on the disk is taken at the start, so that a run which fills the disk can still say so.</remarks>
internal sealed class ReportFile
{
    private const int Reserved = 256 << 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly RunFolder _folder;
    private readonly string _draft;

    private ReportFile(RunFolder folder) => (_folder, _draft) = (folder, folder.Report + ".tmp");

    /// <summary>Takes the place; a disk that is full already gives none, and the report waits for space.</summary>
    public static ReportFile Reserve(RunFolder folder)
    {
        var report = new ReportFile(folder);
        try
        {
            // Zeros that are written count; a length that is set is a hole.
            File.WriteAllBytes(report._draft, new byte[Reserved]);
        }
        catch (IOException fault) when (DiskSpace.IsExhausted(fault))
        {
            File.Delete(report._draft);
        }
        return report;
    }

    /// <summary>Writes the report, as often as it takes until there is space.</summary>
    public async Task WriteAsync(RunReport report, TimeProvider time, CancellationToken cancel)
    {
        var bytes = ReportWriter.Write(report);
        while (!TryWrite(bytes))
        {
            await Task.Delay(Pause, time, cancel);
        }
    }

    private bool TryWrite(byte[] bytes)
    {
        try
        {
            using (var file = new FileStream(_draft, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                file.Write(bytes);
                file.SetLength(bytes.Length);
                file.Flush(flushToDisk: true);
            }
            File.Move(_draft, _folder.Report, overwrite: true);
            return true;
        }
        catch (IOException fault) when (DiskSpace.IsExhausted(fault))
        {
            return false;
        }
    }
}
