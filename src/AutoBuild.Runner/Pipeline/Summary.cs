using System.Globalization;
using System.Text;
using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Tells a fresh session what those before it left; the words are in <c>summary.md</c>.</summary>
/// <remarks>At most some 60,000 characters: the newest runs, the first files, the ends of long texts.</remarks>
internal static class Summary
{
    private const int MostFiles = 60;
    private const int LongestRuns = 20_000;
    private const int LongestText = 2_000;

    private static readonly string Template = Load();

    /// <summary>Returns the text to stand behind a prompt.</summary>
    /// <param name="runs">Newest first.</param>
    /// <param name="changes">What the branch changes so far.</param>
    public static string Text(IEnumerable<EarlierRun> runs, IReadOnlyCollection<ChangedFile> changes) => Template
        .Replace("{changes}", Changes(changes), StringComparison.Ordinal)
        .Replace("{runs}", Runs(runs), StringComparison.Ordinal)
        .TrimEnd() + "\n";

    private static string Changes(IReadOnlyCollection<ChangedFile> changes)
    {
        if (changes.Count == 0)
        {
            return "Nothing has been changed yet.\n";
        }
        var text = new StringBuilder("Changed so far (lines added and removed):\n\n");
        foreach (var file in changes.Take(MostFiles))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {file.Path} +{file.Added} -{file.Removed}\n");
        }
        return text.Append(changes.Count > MostFiles ? $"- and {changes.Count - MostFiles} files more\n" : "").ToString();
    }

    private static string Runs(IEnumerable<EarlierRun> runs)
    {
        var text = "";
        foreach (var run in runs.TakeWhile(_ => text.Length < LongestRuns))
        {
            text = Run(run) + text;
        }
        return text;
    }

    private static string Run(EarlierRun run)
    {
        var text = new StringBuilder("\n## An earlier run\n\n");
        foreach (var message in run.Messages)
        {
            Add(text, "A person said", message);
        }
        Add(text, "It said at its end", run.Summary);
        Add(text, "It asked", run.Question);
        foreach (var check in run.FailedChecks)
        {
            Add(text, "A check that failed", check);
        }
        return text.Append(CultureInfo.InvariantCulture, $"It ended: {run.Ended}\n").ToString();
    }

    private static void Add(StringBuilder text, string what, string? said)
    {
        if (!string.IsNullOrWhiteSpace(said))
        {
            text.Append(CultureInfo.InvariantCulture, $"{what}:\n\n{(said.Length > LongestText ? "…" + said[^LongestText..] : said).Trim()}\n\n");
        }
    }

    private static string Load()
    {
        using var stream = typeof(Summary).Assembly.GetManifestResourceStream("AutoBuild.Runner.Pipeline.summary.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
