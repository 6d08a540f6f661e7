namespace AutoBuild.Core.Jobs;

/// <summary>Says until when an agent's provider takes no more, so that all its jobs wait.</summary>
/// <param name="AgentCommand">The command line, where the agent is <c>command</c>.</param>
/// <param name="Until">Null where the limit is over.</param>
/// <param name="Code">quota or rate_limit; null where the limit is over.</param>
/// <param name="Sentence">What the provider said.</param>
public sealed record AgentLimit(string? Agent, string? AgentCommand, DateTimeOffset? Until, string? Code, string? Sentence);
