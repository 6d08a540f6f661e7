namespace AutoBuild.Core;

/// <summary>A fault with a stable machine word and a sentence that says what to do.</summary>
/// <param name="code">Stable snake_case word, listed in <c>docs/errors.md</c>.</param>
/// <param name="message">What was expected and what to do.</param>
/// <param name="inner">The fault below, where there is one.</param>
public sealed class AutoBuildException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}
