using AutoBuild.Workspaces;

namespace AutoBuild.Demo;

/// <summary>Makes the repository that the demo works on.</summary>
internal static class SampleRepository
{
    private const string Folder = "shelf";

    /// <summary>Writes the files and commits them; takes nothing from the user's git configuration.</summary>
    public static async Task CreateAsync(string directory, CancellationToken cancel)
    {
        foreach (var name in Resources.Names(Folder))
        {
            var file = Path.Combine(directory, name[(Folder.Length + 1)..]);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, Resources.Read(name), cancel);
        }

        File.SetUnixFileMode(Path.Combine(directory, Folder), (UnixFileMode)0b111_101_101);
        await Git.ExpectAsync(directory, ["init", "--quiet", "--initial-branch", "main"], cancellation: cancel);
        await Git.ExpectAsync(directory, ["add", "--all"], cancellation: cancel);
        await Git.ExpectAsync(directory, ["commit", "--quiet", "--message", "shelf: a reading list in plain text"], cancellation: cancel);
    }
}
