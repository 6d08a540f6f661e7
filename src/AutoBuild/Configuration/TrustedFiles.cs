using System.Security.Cryptography;
using System.Text;
using AutoBuild.Workspaces;

namespace AutoBuild.Configuration;

/// <summary>Remembers which configuration files of repositories somebody took: each by its path and by what it said then.</summary>
/// <param name="list">The file that holds them, a line for each.</param>
internal sealed class TrustedFiles(string list)
{
    /// <summary>Tells whether this file was taken as it stands.</summary>
    public bool Has(string file, string text) => Lines().Any(line => line.StartsWith(Mark(file, text), StringComparison.Ordinal));

    /// <summary>Takes the file as it stands, in place of what it said before.</summary>
    public void Add(string file, string text) => WriteFile.ByRename(
        list, string.Concat(Lines().Where(line => !line.EndsWith($" {Named(file)}", StringComparison.Ordinal)).Append($"{Mark(file, text)} {Named(file)}").Select(line => line + "\n")));

    private string[] Lines() => File.Exists(list) ? File.ReadAllLines(list) : [];

    // The path is hashed too: a name may hold whatever a line would be made of.
    private static string Mark(string file, string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{file}\0{text}")));

    private static string Named(string file) => file.ReplaceLineEndings(" ");
}
