using AutoBuild.Core.Qa;

namespace AutoBuild.Runner.Qa;

/// <summary>Says to an agent what its work failed at; the words are in <c>qa-feedback.md</c>.</summary>
public static class QaFeedback
{
    private static readonly string Template = Load();

    /// <summary>Returns the prompt for the next turn; only required checks that failed are in it.</summary>
    public static string Text(QaReport report) =>
        Template.Replace("{commit}", report.Commit, StringComparison.Ordinal).Replace("{checks}", QaFailures.Text(report), StringComparison.Ordinal);

    private static string Load()
    {
        using var stream = typeof(QaFeedback).Assembly.GetManifestResourceStream("AutoBuild.Runner.Qa.qa-feedback.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
