using System.Text.RegularExpressions;

namespace AutoBuild.Core.Runs;

/// <summary>Tells what may be the name of a model: it becomes an argument of an agent's command line, and must not be an option there.</summary>
public static partial class ModelName
{
    /// <summary>What a name looks like, to complete "expected …".</summary>
    public const string Expected = "a model's name of at most 200 letters, digits and . _ : / @ + [ ] -, beginning with a letter or digit";

    public static bool IsValid(string name) => Pattern().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:/@+\[\]-]{0,199}\z")]
    private static partial Regex Pattern();
}
