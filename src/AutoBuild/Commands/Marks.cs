using AutoBuild.Core.Qa;
using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Chooses the signs and colours that say how something stands.</summary>
internal static class Marks
{
    public static Style Faint { get; } = new(Color.Grey);

    public static Style Good { get; } = new(Color.Green);

    public static Style Bad { get; } = new(Color.Red);

    public static Style Wait { get; } = new(Color.Yellow);

    public static Style Busy { get; } = new(Color.Aqua);

    public static string Of(QaStatus status) => status switch
    {
        QaStatus.Passed => "✓",
        QaStatus.Failed => "✗",
        QaStatus.FailingOnBase => "≈",
        QaStatus.Skipped or QaStatus.NotRun => "–",
    };

    public static Style StyleOf(QaStatus status) => status switch
    {
        QaStatus.Passed => Good,
        QaStatus.Failed => Bad,
        QaStatus.FailingOnBase => Wait,
        QaStatus.Skipped or QaStatus.NotRun => Faint,
    };

    /// <summary>Colours the words that the wire uses for states.</summary>
    public static Style StyleOf(string word) => word switch
    {
        "completed" or "landed" or "passed" or "ok" or "✓" => Good,
        "failed" or "conflict" or "red" or "missing" or "✗" => Bad,
        "running" or "dispatched" or "in progress" or "merging" or "testing" or "moving" => Busy,
        "in review" or "ejected" or "optional" or "no sign-in" => Wait,
        _ => Style.Plain,
    };
}
