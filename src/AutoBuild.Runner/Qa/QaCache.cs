using System.Security.Cryptography;
using System.Text;
using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;
using AutoBuild.Runner.Journal;

namespace AutoBuild.Runner.Qa;

/// <summary>Keeps reports of complete runs as files, so that equal trees are checked once.</summary>
/// <param name="Folder">Made when the first report is kept.</param>
/// <param name="Project">Projects share nothing.</param>
public sealed record QaCache(string Folder, Guid Project)
{
    internal QaReport? Find(string key)
    {
        try
        {
            return CoreJson.Read<QaReport>(File.ReadAllText(PathOf(key)));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or AutoBuildException)
        {
            // A result that can't be read is one that has to be made again.
            return null;
        }
    }

    internal void Keep(string key, QaReport report)
    {
        var file = PathOf(key);
        var draft = $"{file}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(draft, ReportWriter.Write(report));
            File.Move(draft, file, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A full disk costs the next run some time, and nothing else.
            File.Delete(draft);
        }
    }

    internal static string Key(string tree, QaPlan plan, string machine) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tree}\n{plan.Hash}\n{machine}")));

    private string PathOf(string key) => Path.Combine(Folder, Project.ToString("N"), key[..2], key + ".json");
}
