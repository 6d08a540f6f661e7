namespace AutoBuild.Workspaces;

/// <summary>The ignored paths that a rescue leaves out: what tools make again by themselves, and what the recipe names.</summary>
internal static class CachePaths
{
    /// <summary>Dependency folders and tool caches of the common ecosystems; folders that may hold a person's own files are not among them.</summary>
    private static readonly string[] Always =
    [
        "node_modules/", ".venv/", "venv/", "__pycache__/", ".pytest_cache/", ".mypy_cache/", ".ruff_cache/", ".tox/", "*.egg-info/",
        "obj/", "target/", ".gradle/", ".next/", ".turbo/", ".nyc_output/",
    ];

    /// <summary>Keeps the recipe's list beside the tree, for whoever gives the tree back.</summary>
    public static void Save(string slot, IReadOnlyList<string> cache) => File.WriteAllLines(FileOf(slot), cache);

    /// <summary>Returns the patterns for a tree.</summary>
    /// <param name="slot">Our folder beside the tree.</param>
    /// <param name="cache">The recipe's list; null takes the one kept beside the tree.</param>
    public static GitPatterns Of(string slot, IReadOnlyList<string>? cache) =>
        new([.. Always, .. cache ?? (File.Exists(FileOf(slot)) ? File.ReadAllLines(FileOf(slot)) : [])]);

    private static string FileOf(string slot) => Path.Combine(slot, "cache");
}
