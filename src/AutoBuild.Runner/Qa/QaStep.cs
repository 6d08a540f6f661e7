using AutoBuild.Core.Qa;

namespace AutoBuild.Runner.Qa;

/// <summary>Is one check of a plan, with what the run has to know about it beyond its command.</summary>
public sealed record QaStep(QaCheck Check)
{
    /// <summary>It prepares what follows in its group; when it fails, the rest of the group is skipped.</summary>
    public bool Setup { get; init; }

    /// <summary>The steps that depend on the same setup, "frontend/node"; empty for the recipe's.</summary>
    public string Group { get; init; } = "";

    /// <summary>The program it needs on PATH; null takes the first word of the command.</summary>
    public string? Tool { get; init; }

    /// <summary>Added to the environment; <c>{tree}</c>, <c>{scratch}</c> and <c>{PATH}</c> stand for the site's tree, scratch folder and PATH.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Tells when an install has nothing to do; null runs it always.</summary>
    public InstallStamp? Stamp { get; init; }

    /// <summary>The exit code with which the tool says that it found no tests.</summary>
    public int? EmptyExit { get; init; }

    /// <summary>The words with which the tool says that it found no tests although it exits with 0.</summary>
    public string? EmptyText { get; init; }
}
