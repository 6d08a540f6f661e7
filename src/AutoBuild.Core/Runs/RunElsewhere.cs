namespace AutoBuild.Core.Runs;

/// <summary>Is what a run tells that was followed by nobody here, beside its report.</summary>
/// <param name="RunId">Its sender's own name for it.</param>
/// <param name="PrUrl">The pull request that it opened; null where it opened none.</param>
public sealed record RunElsewhere(string? RunId, string? PrUrl, int? PrNumber);
