using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;
using AutoBuild.Runner.Qa;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Says how the agent works in this run: as the ticket asks, else the recipe, else the configuration.</summary>
internal static class AgentChoice
{
    /// <exception cref="RunFault">model_invalid.</exception>
    public static RunAgent Of(RunAgent asked, RecipeAgent? recipe)
    {
        // The model of one agent says nothing to another.
        var theirs = recipe?.Name is null || recipe.Name == asked.Name ? recipe?.Model : null;
        var model = asked.Model ?? theirs ?? asked.DefaultModel;
        return model is null || ModelName.IsValid(model)
            ? asked with { Model = model, MaxTurns = recipe?.MaxTurns ?? asked.MaxTurns, Terms = Terms(asked.Terms, recipe) }
            : throw new RunFault("model_invalid", $"'{model}' can't be given to an agent: expected {ModelName.Expected}.", retry: false);
    }

    /// <summary>Sees to it that the agent can do all that was chosen, and is never freer than it was meant to be.</summary>
    /// <exception cref="RunFault">agent_cannot_restrict, mcp_unsupported, mcp_secret_missing.</exception>
    public static void Require(IAgent agent, RunAgent chosen, IReadOnlyList<McpServer> servers, RunValues secrets)
    {
        if (agent.CannotHold(AgentReach.Of(chosen.Terms)) is { } reason)
        {
            throw new RunFault("agent_cannot_restrict", $"The agent '{agent.Name}' can't be held to what it may do here: {reason}. Change permission, allow and deny in the recipe or the configuration, or take another agent.", retry: false);
        }
        foreach (var server in servers)
        {
            if (agent.CannotUse(server) is { } why)
            {
                throw new RunFault("mcp_unsupported", $"The agent '{agent.Name}' can't use the server '{server.Name}' of the recipe: {why}.", retry: false);
            }
            if (server.Secrets.FirstOrDefault(name => !secrets.ForAgent.ContainsKey(name)) is { } missing)
            {
                throw new RunFault("mcp_secret_missing", $"The server '{server.Name}' of the recipe needs the secret {missing}, which the agent is not given. Name it in agents.secrets, and set it where the server runs.", retry: false);
            }
        }
    }

    private static AgentTerms Terms(AgentTerms configured, RecipeAgent? recipe) => recipe is null ? configured : new AgentTerms
    {
        Permission = recipe.Permission ?? configured.Permission,
        Allow = recipe.Allow ?? configured.Allow,
        Deny = [.. configured.Deny.Union(recipe.Deny)],
    };
}
