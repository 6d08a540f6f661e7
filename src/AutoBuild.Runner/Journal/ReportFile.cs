using System.Text;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Journal;

/// <summary>Writes <c>report.json</c>: whole or not at all, and safe on disk before anybody can read it.</summary>
internal static class ReportFile
{
    public static void Write(RunFolder folder, RunReport report)
    {
        var draft = folder.Report + ".tmp";
        using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(Encoding.UTF8.GetBytes(CoreJson.Write(report) + "\n"));
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, folder.Report, overwrite: true);
    }
}
