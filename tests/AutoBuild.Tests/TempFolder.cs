using AutoBuild.Workspaces;

namespace AutoBuild.Tests;

/// <summary>Is a directory of a test's own, gone when the test ends.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("autobuild-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => TreeFiles.Delete(Path);
}
