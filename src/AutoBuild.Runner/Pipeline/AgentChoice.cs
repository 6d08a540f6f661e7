using AutoBuild.Core.Runs;
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

    private static AgentTerms Terms(AgentTerms configured, RecipeAgent? recipe) => recipe is null ? configured : new AgentTerms
    {
        Permission = recipe.Permission ?? configured.Permission,
        Allow = recipe.Allow ?? configured.Allow,
        Deny = [.. configured.Deny.Union(recipe.Deny)],
    };
}
