using System.CommandLine.Completions;

namespace AutoBuild.Commands;

/// <summary>Answers a shell that asks how a line may go on: a word a line, and behind a tab what it is.</summary>
internal static class Suggest
{
    private const string Directive = "[suggest]";

    /// <summary>Tells whether a shell asks.</summary>
    public static bool IsAsked(string[] args) => args is [Directive, _];

    /// <param name="typed">The line before the cursor.</param>
    public static void Write(string typed, TextWriter output)
    {
        foreach (var found in Find(typed))
        {
            output.Write($"{found.InsertText ?? found.Label}{(found.Detail is { Length: > 0 } detail ? $"\t{Plain.Line(detail, 80)}" : "")}\n");
        }
    }

    public static IReadOnlyList<CompletionItem> Find(string typed)
    {
        var line = WithoutProgram(typed);
        var word = line[(line.LastIndexOf(' ') + 1)..];
        if (word.StartsWith("--", StringComparison.Ordinal) && word.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign)
        {
            var (option, value) = (word[..sign], word[(sign + 1)..]);
            return [.. Completions($"{line[..^word.Length]}{option} ", value).Select(item => new CompletionItem(item.Label, insertText: $"{option}={item.InsertText ?? item.Label}", detail: item.Detail))];
        }

        return Completions(line[..^word.Length], word);
    }

    /// <param name="line">What stands before the word that has been begun.</param>
    private static List<CompletionItem> Completions(string line, string word)
    {
        var parse = CommandLine.Create().Parse(line);
        if (parse.UnmatchedTokens.Count > 0)
        {
            return [];
        }

        var all = parse.GetCompletions(line.Length).Where(item => item.Label.StartsWith(word, StringComparison.OrdinalIgnoreCase)).DistinctBy(item => item.Label);

        // Whoever has not begun an option looks for a command or a value.
        return word.StartsWith('-')
            ? [.. all.Where(item => item.Label.StartsWith("--", StringComparison.Ordinal))]
            : [.. all.Where(item => item.Label[0] is not ('-' or '/'))];
    }

    // What a shell calls the program, and what stands before it, is none of its commands.
    private static string WithoutProgram(string typed)
    {
        var at = typed.IndexOf("autobuild", StringComparison.Ordinal);
        var end = at < 0 ? -1 : typed.IndexOf(' ', at);
        return end < 0 ? "" : typed[(end + 1)..];
    }
}
