using System.Globalization;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Pays what a model costs for one landing from the budgets of its ticket, its project and the day, and from a cap of its own.</summary>
internal sealed class ModelPurse(IStore store, ResolveOptions options, PriceList prices, Landing landing, Job job, TimeProvider time)
{
    // Below it an answer would only be cut.
    private const int ShortestAnswer = 500;

    // Of a text whose tokens nobody has counted: source has more characters to a token than this.
    private const int CharactersPerToken = 3;
    private const decimal Million = 1_000_000;

    // All tries of a landing are one session of the ledger.
    private readonly string _session = $"landing {landing.Id}";

    /// <summary>Returns how long an answer may be so that no cap is passed even by the longest. Refusal: model_budget_spent.</summary>
    public async Task<Result<int>> AllowAsync(int characters, CancellationToken cancel)
    {
        var spent = await store.GetSessionUsageAsync(_session, cancel);
        var caps = await store.GetCapsAsync(job, cancel);
        var input = (characters / CharactersPerToken) + 1;
        var dollars = caps.Select(cap => cap.LeftUsd).Append(options.MaxCostUsd - (spent.CostUsd ?? 0)).Min() ?? 0;
        var tokens = caps.Select(cap => cap.LeftTokens).Append(options.MaxLandingTokens - spent.Tokens).Min() ?? 0;
        var longest = Math.Min(options.MaxTokens, tokens - input);
        if (prices.Find(options.Model) is { } price)
        {
            var paid = ((dollars * Million) - (input * Math.Max(price.Input, price.CacheWrite))) / Math.Max(price.Output, 0.000001m);
            longest = (long)Math.Min(longest, Math.Max(paid, 0));
        }
        else if (dollars <= 0)
        {
            longest = 0;
        }

        return longest >= Math.Min(ShortestAnswer, options.MaxTokens) ? (int)longest : Spent(caps, spent);
    }

    /// <summary>Writes down what an answer took, and returns what it cost; null where nobody knows.</summary>
    public async Task<decimal?> PayAsync(RunUsage usage, CancellationToken cancel)
    {
        var complete = prices.Complete(usage, options.Model);
        if (complete.Tokens > 0)
        {
            await store.CountModelUsageAsync(job.Id, new UsageTold(0, time.GetUtcNow(), options.Model, _session, complete), cancel);
        }

        return complete.CostUsd;
    }

    private Refusal Spent(IReadOnlyList<Cap> caps, RunUsage spent) => Refusals.Conflict("model_budget_spent", caps.FirstOrDefault(cap => cap.IsReached) is { } reached
        ? reached.Sentence
        : string.Create(CultureInfo.InvariantCulture, $"What is left would not pay a further answer of the model: this landing has used ${spent.CostUsd ?? 0:0.00##} of ${options.MaxCostUsd:0.00##} and {spent.Tokens:N0} of {options.MaxLandingTokens:N0} tokens (landing.max_model_cost_usd, landing.max_model_tokens), and its ticket and project have caps too (budget)."));
}
