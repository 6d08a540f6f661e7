using System.IO.Enumeration;
using System.Text.Json;
using AutoBuild.Core.Json;

namespace AutoBuild.Runner.Qa;

/// <summary>Is a folder that detection looks at: the root of the tree, or a folder below it.</summary>
/// <param name="Tree">The root of the working tree.</param>
/// <param name="Name">The folder relative to it; empty for the root.</param>
internal sealed record ProjectFolder(string Tree, string Name = "")
{
    private const int MaxFiles = 20_000;
    private const int MaxBytes = 1 << 20;

    private static readonly HashSet<string> LeftOut =
        ["node_modules", "bin", "obj", "target", "vendor", "dist", "build", "venv", "__pycache__", "artifacts", "testdata"];

    internal string FullPath => Path.Combine(Tree, Name);

    internal bool Has(string file) => File.Exists(Path.Combine(FullPath, file));

    internal bool HasAny(params string[] files) => files.Any(Has);

    internal bool HasFolder(string name) => Directory.Exists(Path.Combine(FullPath, name));

    internal bool IsExecutable(string file) => Has(file)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(Path.Combine(FullPath, file)) & UnixFileMode.UserExecute) != 0);

    /// <summary>Returns the text of a file, or "" where it is missing, unreadable or above 1 MB.</summary>
    internal string Read(string file)
    {
        try
        {
            var info = new FileInfo(Path.Combine(FullPath, file));
            return info is { Exists: true, Length: <= MaxBytes } ? File.ReadAllText(info.FullName) : "";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Reads a JSON object, comments and trailing commas allowed; null where it is none.</summary>
    internal JsonElement? ReadJson(string file)
    {
        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            using var document = JsonDocument.Parse(LoneSurrogates.Replace(Read(file)), options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Lists files below, as paths relative to this folder with '/', nearest first; dependencies, outputs and hidden folders are left out.</summary>
    /// <param name="depth">0 is this folder alone.</param>
    internal IEnumerable<string> Files(int depth, params string[] patterns)
    {
        var options = new EnumerationOptions
        {
            MaxRecursionDepth = depth,
            RecurseSubdirectories = depth > 0,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        var found = new FileSystemEnumerable<string>(FullPath, (ref entry) => entry.ToFullPath(), options)
        {
            ShouldRecursePredicate = (ref entry) => entry.FileName[0] != '.' && !LeftOut.Contains(entry.FileName.ToString()),
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
        };
        return found.Take(MaxFiles)
            .Where(file => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(file), ignoreCase: false)))
            .Select(file => Path.GetRelativePath(FullPath, file).Replace('\\', '/'))
            .OrderBy(file => file.Count(letter => letter == '/')).ThenBy(file => file, StringComparer.Ordinal);
    }

    /// <summary>Lists the folders directly below that a project may lie in.</summary>
    internal IEnumerable<ProjectFolder> Folders() =>
        Directory.EnumerateDirectories(FullPath)
            .Where(folder => !new DirectoryInfo(folder).Attributes.HasFlag(FileAttributes.ReparsePoint))
            .Select(folder => Path.GetFileName(folder))
            .Where(name => name[0] != '.' && !LeftOut.Contains(name))
            .Order(StringComparer.Ordinal)
            .Select(name => new ProjectFolder(Tree, Name.Length == 0 ? name : $"{Name}/{name}"));
}
