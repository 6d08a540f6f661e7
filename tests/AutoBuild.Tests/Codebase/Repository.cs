namespace AutoBuild.Tests.Codebase;

/// <summary>Is this repository as the rule tests read it: what is written, without what is built.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["artifacts", "bin", "obj", "node_modules", "TestResults", "data"];

    internal static string Root { get; } = FindRoot();

    internal static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    internal static bool Has(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>Returns paths relative to the root, with forward slashes.</summary>
    internal static IReadOnlyList<string> Files(string folder, string pattern) =>
        Below(Path.Combine(Root, folder))
            .SelectMany(directory => Directory.EnumerateFiles(directory, pattern))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .ToList();

    /// <summary>Returns the lines of files that match, as <c>path:line: text</c>.</summary>
    internal static IReadOnlyList<string> Lines(IEnumerable<string> files, Func<string, bool> matches) =>
        files.SelectMany(file => Read(file).Split('\n').Select((text, index) => (file, index, text)))
            .Where(line => matches(line.text))
            .Select(line => $"{line.file}:{line.index + 1}: {line.text.Trim()}")
            .ToList();

    /// <summary>Fails with every offender on a line of its own.</summary>
    internal static void HasNo(IEnumerable<string> offenders)
    {
        var found = offenders.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    private static IEnumerable<string> Below(string directory) =>
        Directory.EnumerateDirectories(directory)
            .Where(child => Path.GetFileName(child) is var name && !name.StartsWith(".git", StringComparison.Ordinal) && !NotOurs.Contains(name))
            .SelectMany(Below)
            .Prepend(directory);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "AutoBuild.slnx")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("The tests run from a build inside the repository.");
        }

        return directory.FullName;
    }
}
