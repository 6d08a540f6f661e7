using System.Globalization;
using System.Text;

namespace AutoBuild.Core.Qa;

/// <summary>Writes down what failed, for an agent that has to mend it.</summary>
public static class QaFailures
{
    /// <summary>Describes the required checks that failed, in Markdown: name, command, result and the last lines of output.</summary>
    public static string Text(QaReport report) =>
        string.Concat(report.Checks.Where(check => check is { Required: true, Status: QaStatus.Failed }).Select(Describe));

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
}
