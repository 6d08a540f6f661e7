using System.Security.Cryptography;
using System.Text;

namespace AutoBuild.Runner.Qa;

/// <summary>Tells whether dependencies are installed as the lockfile says, so that an install can be left out.</summary>
/// <param name="Folder">What the install fills, relative to the tree, or below <c>{scratch}</c>.</param>
/// <param name="Inputs">The files that decide what is installed, relative to the tree.</param>
public sealed record InstallStamp(string Folder, IReadOnlyList<string> Inputs)
{
    /// <summary>Sees by other means that someone else's install fits, given the tree; null can't.</summary>
    public Func<string, bool>? Fits { get; init; }

    internal bool IsCurrent(string tree, string scratch, string command) =>
        (File.Exists(PathOf(tree, scratch)) && File.ReadAllText(PathOf(tree, scratch)) == HashOf(tree, command))
        || (Directory.Exists(FolderOf(tree, scratch)) && Fits?.Invoke(tree) == true);

    /// <summary>Remembers that the install was done; does nothing where it left no folder.</summary>
    internal void Write(string tree, string scratch, string command)
    {
        if (Directory.Exists(FolderOf(tree, scratch)))
        {
            File.WriteAllText(PathOf(tree, scratch), HashOf(tree, command));
        }
    }

    private string FolderOf(string tree, string scratch) => Path.Combine(tree, Folder.Replace("{scratch}", scratch, StringComparison.Ordinal));

    private string PathOf(string tree, string scratch) => Path.Combine(FolderOf(tree, scratch), ".autobuild-installed");

    private string HashOf(string tree, string command)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(command));
        foreach (var file in Inputs.Select(input => Path.Combine(tree, input)).Where(File.Exists))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file[tree.Length..]));
            hash.AppendData(File.ReadAllBytes(file));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
