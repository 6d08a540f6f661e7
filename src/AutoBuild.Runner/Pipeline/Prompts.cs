using System.Text;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Qa;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Writes what the agent is told.</summary>
internal static class Prompts
{
    /// <summary>The ticket's text byte for byte; a person's message stands behind it where there is one.</summary>
    public static string First(RunSpec spec)
    {
        var task = spec.Ticket?.Prompt ?? "";
        var text = new StringBuilder(task);
        if (spec.Agent?.Message is { Length: > 0 } message)
        {
            text.Append("\n\n---\nYou have worked on this before; your work is in the tree. Now a person says:\n\n").Append(message);
        }
        return text.ToString();
    }

    /// <summary>Tells a session that was cut off to go on.</summary>
    public static string GoOn(RunSpec spec) => WithTask(spec,
        $"You were cut off in the midst of your work{(spec.Agent?.Earlier is [var last, ..] ? $" ({last.Ended.TrimEnd('.')})" : "")}. What you have changed is in the tree. Go on where you stopped.");

    public static string Message(RunSpec spec, string message) => WithTask(spec, $"A person says:\n\n{message}");

    public static string Fix(RunSpec spec, QaReport report) => WithTask(spec, QaFeedback.Text(report));

    public static string Protected(RunSpec spec, IReadOnlyList<string> files) => WithTask(spec,
        $"These files are protected and must not be changed. Put them back as they were:\n\n{string.Join('\n', files)}\n");

    private static string WithTask(RunSpec spec, string text) => $"{text}\n\n---\nThe task was:\n\n{spec.Ticket?.Prompt}";
}
