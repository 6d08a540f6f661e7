using AutoBuild.Configuration;
using AutoBuild.Orchestrator.Resolving;

namespace AutoBuild.LanguageModels;

/// <summary>Chooses the model that is asked for conflicts, of what is configured.</summary>
/// <param name="Provider">Auto where none is.</param>
/// <param name="Name">Its name; null where none is asked.</param>
/// <param name="Says">A sentence about it: what is asked, or why nothing is.</param>
internal sealed record MergeModel(ModelProvider Provider, string? Name, string Says)
{
    /// <summary>Asked where a key of Anthropic's is there and no name is.</summary>
    public const string Usual = "claude-sonnet-5-5";

    public static MergeModel Of(Settings settings)
    {
        var (models, merge) = (settings.Models, settings.Models.Merge);
        var name = merge.Model ?? models.Name;
        return merge.Provider switch
        {
            ModelProvider.None => None("Switched off by models.merge.provider."),
            ModelProvider.Anthropic or ModelProvider.Auto when models.AnthropicApiKey is not null => Chosen(ModelProvider.Anthropic, name ?? Usual, merge),
            ModelProvider.Anthropic => None("models.merge.provider is anthropic, and there is no key: set ANTHROPIC_API_KEY."),
            ModelProvider.Openai when name is null => None("models.merge.provider is openai, and no model is named: set models.merge.model."),
            ModelProvider.Openai when models.OpenaiApiKey is not null || merge.BaseUrl is not null => Chosen(ModelProvider.Openai, name, merge),
            ModelProvider.Openai => None("models.merge.provider is openai, and there is neither a key nor an address: set OPENAI_API_KEY or models.merge.base_url."),
            ModelProvider.Auto when models.OpenaiApiKey is not null && merge.Model is not null => Chosen(ModelProvider.Openai, merge.Model, merge),
            ModelProvider.Auto => None("No model is configured: set ANTHROPIC_API_KEY, or models.merge."),
        };
    }

    /// <summary>Returns what the orchestrator needs of it. The client's code is loaded when a conflict asks for it, not before.</summary>
    public static ResolveOptions Options(Settings settings)
    {
        var (model, models, merge) = (Of(settings), settings.Models, settings.Models.Merge);
        return new ResolveOptions
        {
            Open = model.Provider switch
            {
                ModelProvider.Anthropic => () => AnthropicModel.Open(model.Name!, models.AnthropicApiKey!, merge.BaseUrl),
                ModelProvider.Openai => () => OpenAiModel.Open(model.Name!, models.OpenaiApiKey, merge.BaseUrl),
                ModelProvider.Auto or ModelProvider.None => null,
            },
            Model = model.Name ?? "",
            None = model.Says,
            MaxTokens = merge.MaxTokens,
            Timeout = merge.Timeout,
            MaxTime = merge.MaxTime,
            MaxCostUsd = settings.Landing.MaxModelCostUsd,
            MaxLandingTokens = settings.Landing.MaxModelTokens,
            Secrets = [.. new[] { models.AnthropicApiKey, models.OpenaiApiKey }.OfType<string>()],
        };
    }

    private static MergeModel None(string why) => new(ModelProvider.None, null, why);

    private static MergeModel Chosen(ModelProvider provider, string name, MergeModelSettings merge) =>
        new(provider, name, $"{name}{(merge.BaseUrl is { } address ? $" at {Addresses.WithoutPassword(address)}" : "")} is asked for conflicts.");
}
