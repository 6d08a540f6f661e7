using AutoBuild.Core.Qa;

namespace AutoBuild.Runner.Qa;

/// <summary>Is what one kind of project shows in one folder: its name for people, and its checks in order.</summary>
/// <param name="Label">"node (pnpm)".</param>
internal sealed record Ecosystem(string Label, IReadOnlyList<QaStep> Steps)
{
    internal static QaStep Check(string name, string command) => new(new QaCheck { Name = name, Command = command });

    internal static QaStep Install(string command, InstallStamp? stamp = null) =>
        new(new QaCheck { Name = "install", Command = command }) { Setup = true, Stamp = stamp };

    /// <summary>Quotes a path for <c>/bin/sh</c> where it has to be.</summary>
    internal static string Quote(string path) =>
        path.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-+@".Contains(letter, StringComparison.Ordinal)) ? path
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Returns null for a project that has nothing to check: an install alone proves nothing.</summary>
    internal static Ecosystem? Of(string label, IEnumerable<QaStep?> steps)
    {
        var present = steps.OfType<QaStep>().ToList();
        return present.Any(step => !step.Setup) ? new(label, present) : null;
    }
}
