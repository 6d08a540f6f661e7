using System.Globalization;
using System.Text;
using AutoBuild.Core.Qa;

namespace AutoBuild.Runner.Qa;

/// <summary>Says to an agent what its work failed at; the words are in <c>qa-feedback.md</c>.</summary>
public static class QaFeedback
{
    private static readonly string Template = Load();

    /// <summary>Returns the prompt for the next turn; only required checks that failed are in it.</summary>
    public static string Text(QaReport report)
    {
        var checks = report.Checks.Where(check => check is { Required: true, Status: QaStatus.Failed }).Select(Describe);
        return Template.Replace("{commit}", report.Commit, StringComparison.Ordinal).Replace("{checks}", string.Concat(checks), StringComparison.Ordinal);
    }

    private static string Describe(QaCheckResult check)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"## {check.Name}\n\nCommand: `{check.Command}`\n");
        var end = check.Reason ?? (check.ExitCode is { } code ? $"Exit code {code}." : "");
        text.Append(CultureInfo.InvariantCulture, $"Result: {end}\n");
        if (!string.IsNullOrWhiteSpace(check.LogTail))
        {
            var fence = check.LogTail.Contains("```", StringComparison.Ordinal) ? "~~~~" : "```";
            text.Append(CultureInfo.InvariantCulture, $"Last lines of its output:\n\n{fence}\n{check.LogTail}\n{fence}\n");
        }
        return text.Append('\n').ToString();
    }

    private static string Load()
    {
        using var stream = typeof(QaFeedback).Assembly.GetManifestResourceStream("AutoBuild.Runner.Qa.qa-feedback.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
