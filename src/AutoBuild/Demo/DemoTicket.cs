namespace AutoBuild.Demo;

/// <summary>Is one ticket of the demo, with what a scripted agent does for it.</summary>
/// <param name="Key">Name of the script in <c>Demo/tickets</c>.</param>
/// <param name="After">The ticket that has to land first.</param>
internal sealed record DemoTicket(string Key, string Title, string Description, string? After = null)
{
    /// <summary>Every ticket, those first that must start from the same commit.</summary>
    public static IReadOnlyList<DemoTicket> All { get; } =
    [
        new("4-count", "Add a count command", "`shelf count` prints how many books there are."),
        new("5-authors", "Add an authors command", "`shelf authors` prints every author once."),
        new("1-trim", "Trim spaces around titles", "A function trim in lib/text.sh."),
        new("2-slug", "Make file names from titles", "A function slug in lib/slug.sh: small letters, digits, dashes."),
        new("6-sort", "List books by author", "A function sort_books in lib/sort.sh."),
        new("3-export", "Write one file a book", "A function export_books in lib/export.sh; it names the files with slug.", After: "2-slug"),
    ];

    public string Script => Resources.Read($"tickets/{Key}");
}
