using AutoBuild.Core.Qa;

namespace AutoBuild.Core.Landings;

/// <summary>Is what the store knows of the train of one target branch.</summary>
/// <param name="Paused">Whether a person lets it stand.</param>
/// <param name="BatchLimit">How many landings it tries together; null until it has learnt one.</param>
/// <param name="Open">Landings that wait or are under way, in their order.</param>
/// <param name="Reds">Trees of the batch under way that failed, oldest first; forgotten when a landing of the train lands or is found red.</param>
public sealed record TrainState(bool Paused, int? BatchLimit, IReadOnlyList<Landing> Open, IReadOnlyList<RedTree> Reds);

/// <summary>Remembers that a merged tree failed, so that a server that comes back does not try it again.</summary>
/// <param name="Onto">The tip it was merged onto, which failures that were there before are judged against.</param>
/// <param name="Tree">The merged tree.</param>
/// <param name="Qa">What was found; null where the checks broke off.</param>
/// <param name="Error">Why it counts as red.</param>
public sealed record RedTree(string Onto, string Tree, QaReport? Qa, string Error);
