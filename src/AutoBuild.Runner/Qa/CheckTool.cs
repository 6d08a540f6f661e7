using System.Text.RegularExpressions;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Qa;

/// <summary>Names the program that a command line starts with.</summary>
internal static partial class CheckTool
{
    private static readonly HashSet<string> Builtin =
    [
        "test", "cd", "set", "export", "exec", "eval", "if", "for", "while", "until", "case", "true", "false",
        "echo", "printf", "command", "time", "trap", "umask", "unset", "ulimit", "wait", "read", "exit", "type", "alias", "shift", "local",
    ];

    /// <summary>Returns null where the line starts with something else than a plain word, or with a word of the shell.</summary>
    internal static string? Of(QaStep step)
    {
        var word = step.Tool ?? FirstWord().Match(step.Check.Command).Groups[1].Value;
        return word.Length == 0 || Builtin.Contains(word) ? null : word;
    }

    /// <summary>Returns the program that is missing from PATH; null where nothing is.</summary>
    internal static string? Missing(QaStep step, string path) => Of(step) is { } tool && Executable.Find(tool, path) is null ? tool : null;

    // After "cd folder &&" and "NAME=value".
    [GeneratedRegex(@"^\s*(?:cd\s+\S+\s*&&\s*)?(?:[A-Za-z_][A-Za-z0-9_]*=\S*\s+)*([A-Za-z0-9_.+-]+)(?=\s|$|;|&|\|)")]
    private static partial Regex FirstWord();
}
