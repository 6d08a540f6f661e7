using System.Security.Cryptography;
using System.Text;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Qa;

/// <summary>Is what will be checked, in order.</summary>
/// <param name="Source">"recipe", "request", or what was detected: "node (pnpm), python (uv)".</param>
public sealed record QaPlan(string Source, IReadOnlyList<QaStep> Steps)
{
    /// <summary>The steps came from detection, so the base has a plan of its own.</summary>
    public bool Detected { get; init; }

    /// <summary>Why there are no steps, where there are none.</summary>
    public string? Reason { get; init; }

    /// <summary>What else the results depend on: the hash of the recipe.</summary>
    public string Basis { get; init; } = "";

    public IReadOnlyList<QaCheck> Checks => [.. Steps.Select(step => step.Check)];

    /// <summary>Equal for plans that run the same commands under the same recipe.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', Steps.Select(step => string.Join('\0', step.Check.Name, step.Check.Command, step.Check.TimeoutSeconds, step.Check.Required)).Prepend(Basis)))));

    /// <summary>Chooses the plan of a run: the checks it was asked for, else the recipe's, else what the tree shows.</summary>
    /// <param name="recipe">The recipe of the base commit; null where there is none.</param>
    public static QaPlan Choose(RunQa qa, Recipe? recipe, string tree) =>
        !qa.Enabled ? new("off", []) { Reason = "Checks are switched off for this project." }
        : qa.Checks is { } asked ? Of("request", asked, "")
        : recipe?.Qa is { } checks ? Of("recipe", checks, recipe.Hash)
        : QaDetection.Detect(tree) with { Basis = recipe?.Hash ?? "" };

    private static QaPlan Of(string source, IReadOnlyList<QaCheck> checks, string basis) =>
        new(source, [.. checks.Select(check => new QaStep(check))])
        {
            Basis = basis,
            Reason = checks.Count == 0 ? $"The {source} lists no checks." : null,
        };
}
