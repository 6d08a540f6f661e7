using System.Globalization;
using System.Text;
using AutoBuild.Core.Json;
using AutoBuild.Core.Memory;
using AutoBuild.Memory.Index;

namespace AutoBuild.Memory.Memories;

/// <summary>Writes down what is remembered of a run: only what was seen, and what people said, marked as such.</summary>
internal static class RunMemory
{
    private const int LongestAsked = 1_500;
    private const int LongestComment = 1_000;
    private const int LongestOutput = 600;
    private const int MostPaths = 40;

    /// <summary>Says whether it went well; null where that is not known yet.</summary>
    public static MemoryType? TypeOf(RunEnd end) => end switch
    {
        RunEnd.Waiting => null,
        RunEnd.Landed => MemoryType.ExecutionSuccess,
        RunEnd.Rejected or RunEnd.Conflict or RunEnd.Red or RunEnd.Ejected or RunEnd.Failed or RunEnd.Cancelled => MemoryType.ExecutionFailure,
    };

    public static string Text(RunFacts facts)
    {
        var text = new StringBuilder().Append("Asked: ").Append(Short(Safe(facts.Asked.Trim()), LongestAsked)).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"- {Ended(facts)}\n");
        if (facts.Changed.Count > 0)
        {
            text.Append("- Changed: ").Append(Paths(facts.Changed)).Append('\n');
        }

        foreach (var check in facts.Failed)
        {
            text.Append("- ").Append(Failure(check)).Append('\n');
        }

        if (facts.Passed.Count > 0)
        {
            text.Append("- Checks that passed: ").AppendJoin(", ", facts.Passed.Select(check => $"`{check.Command}`").Distinct()).Append(".\n");
        }

        foreach (var comment in facts.Comments)
        {
            text.Append("- Said by a person: ").Append(OneLine(Short(Safe(comment), LongestComment))).Append('\n');
        }

        return text.ToString();
    }

    private static string Ended(RunFacts facts)
    {
        var by = facts.Agent is { } agent ? $" by {agent}" : "";
        var why = facts.Why is { Length: > 0 } said ? $": {OneLine(Short(Safe(said), LongestComment))}" : ".";
        return facts.End switch
        {
            RunEnd.Landed => $"Landed{(facts.Commit is { } commit ? $" as {commit}" : "")}, done{by}.",
            RunEnd.Waiting => $"Done{by}, waits to land.",
            RunEnd.Rejected => $"Done{by}, taken off the train{why}",
            RunEnd.Conflict => $"Done{by}, met other work when it was merged{why}",
            RunEnd.Red => $"Done{by}, failed on the merged tree{why}",
            RunEnd.Ejected => $"Done{by}, left the train{why}",
            RunEnd.Failed or RunEnd.Cancelled => $"{CultureInfo.InvariantCulture.TextInfo.ToTitleCase(SnakeCase.Of(facts.End))}{by}{why}",
        };
    }

    private static string Failure(FailedCheck check)
    {
        var mended = check.MendedBy.Count > 0 ? $" failed and was mended in {Paths(check.MendedBy)}." : " failed.";
        var output = check.Output.Length == 0 ? "" : $" Its last words: {OneLine(Tail(Safe(check.Output)))}";
        return $"The check {check.Name} (`{check.Command}`){mended}{output}";
    }

    private static string Paths(IReadOnlyList<string> paths) =>
        string.Join(", ", paths.Take(MostPaths).Select(path => $"`{path}`")) + (paths.Count > MostPaths ? $" and {paths.Count - MostPaths} more" : "");

    private static string OneLine(string text) => string.Join(" / ", text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    // A key that somebody wrote into a ticket must not go into the prompts of others.
    private static string Safe(string text) => Redaction.Of(text, "").Text;

    private static string Short(string text, int most) => text.Length <= most ? text : $"{text[..most]} …";

    private static string Tail(string text) => text.Length <= LongestOutput ? text : $"… {text[^LongestOutput..]}";
}
