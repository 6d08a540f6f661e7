namespace AutoBuild.Memory.Context;

/// <summary>Tells tests by where they stand and what they are called.</summary>
internal static class TestPaths
{
    private static readonly string[] Folders = ["test", "tests", "spec", "specs", "__tests__", "testing"];
    private static readonly string[] Endings = ["Tests", "Test", "Spec", "Specs", "_test", "_tests", "_spec", ".test", ".spec", "-test", "-spec"];

    public static bool IsTest(string path) => path.Split('/')[..^1].Any(IsFolder) || SubjectOf(path) is not null;

    /// <summary>Returns the name of what a test is for, such as <c>Job</c> for <c>JobTests.cs</c>; null where its name says nothing.</summary>
    public static string? SubjectOf(string path)
    {
        var stem = Stem(path);
        if (stem.StartsWith("test_", StringComparison.Ordinal) && stem.Length > 5)
        {
            return stem[5..];
        }

        return Endings.FirstOrDefault(ending => stem.EndsWith(ending, StringComparison.Ordinal) && stem.Length > ending.Length) is { } found ? stem[..^found.Length] : null;
    }

    /// <summary>Returns the name of a file without its folders and its last ending.</summary>
    public static string Stem(string path) => Path.GetFileNameWithoutExtension(path[(path.LastIndexOf('/') + 1)..]);

    private static bool IsFolder(string folder) => Folders.Contains(folder.ToLowerInvariant()) || folder.EndsWith(".Tests", StringComparison.OrdinalIgnoreCase) || folder.EndsWith(".Test", StringComparison.OrdinalIgnoreCase);
}
