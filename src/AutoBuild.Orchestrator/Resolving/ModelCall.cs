using AutoBuild.Core;
using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;
using Microsoft.Extensions.AI;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Is what a model said, and what it took.</summary>
internal sealed record ModelReply(string Text, RunUsage Usage, Refusal? Spoilt);

/// <summary>Asks a model within bounds of time; whatever goes wrong comes back as a value.</summary>
internal sealed class ModelCall(IChatClient client, ResolveOptions options, SecretMasker masker, TimeProvider time)
{
    private const int MostTries = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly long _began = time.GetTimestamp();
    private bool _plain;

    private TimeSpan Left => options.MaxTime - time.GetElapsedTime(_began);

    /// <summary>Asks, and again where the provider asks for patience. Refusals: those of <see cref="ModelException.Code"/>, model_timed_out, model_answer_invalid.</summary>
    public async Task<Result<ModelReply>> AskAsync(IReadOnlyList<ChatMessage> messages, int maxTokens, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            if (Left <= TimeSpan.Zero)
            {
                return OutOfTime();
            }

            try
            {
                return await OnceAsync(messages, maxTokens, cancel);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return Refusals.Conflict("model_timed_out", $"The model {options.Model} did not answer in {Shorter(options.Timeout, options.MaxTime).TotalSeconds:0} s (models.merge.timeout, models.merge.max_time).");
            }
            catch (ModelException fault) when (fault.Status == 400 && !_plain)
            {
                // Not every service that speaks a protocol knows all of it: what it is asked for stands in the prompt too.
                _plain = true;
            }
            catch (ModelException fault) when (fault.IsPassing && tries < MostTries && Pause(fault, tries) is { } pause)
            {
                await Task.Delay(pause, time, cancel);
            }
            catch (ModelException fault)
            {
                return Refusals.Conflict(fault.Code, masker.Mask(Sentence(fault)));
            }
        }
    }

    private async Task<Result<ModelReply>> OnceAsync(IReadOnlyList<ChatMessage> messages, int maxTokens, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Shorter(options.Timeout, Left), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        var chat = new ChatOptions { MaxOutputTokens = maxTokens, ResponseFormat = _plain ? null : ModelAnswer.Form };
        try
        {
            var response = await client.GetResponseAsync(messages, chat, either.Token);
            return new ModelReply(response.Text, Used(response.Usage), Spoilt(response));
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or ModelException) && !either.IsCancellationRequested)
        {
            // A client throws what it likes for a body that it can't read.
            return Refusals.Conflict("model_answer_invalid", $"The answer of the model {options.Model} can't be read: {masker.Mask(fault.Message)}");
        }
        catch (Exception fault) when (fault is not OperationCanceledException && either.IsCancellationRequested)
        {
            throw new OperationCanceledException(fault.Message, fault, either.Token);
        }
    }

    private Refusal? Spoilt(ChatResponse response) =>
        response.FinishReason == ChatFinishReason.Length ? Refusals.Conflict("model_truncated", $"The answer of the model {options.Model} is longer than it may be (models.merge.max_tokens), and was cut.")
        : response.FinishReason == ChatFinishReason.ContentFilter ? Refusals.Conflict("model_declined", $"The model {options.Model} declined to answer.")
        : null;

    private static RunUsage Used(UsageDetails? usage) => usage is null ? new RunUsage() : new RunUsage
    {
        InputTokens = usage.InputTokenCount ?? 0,
        CachedInputTokens = usage.CachedInputTokenCount ?? 0,
        CacheWriteTokens = usage.AdditionalCounts?.FirstOrDefault(count => count.Key.Contains("CacheCreation", StringComparison.Ordinal)).Value ?? 0,
        OutputTokens = usage.OutputTokenCount ?? 0,
        ReasoningTokens = usage.ReasoningTokenCount ?? 0,
    };

    // Null where there is not the time for it.
    private TimeSpan? Pause(ModelException fault, int tries)
    {
        var pause = fault.RetryAfter ?? FirstPause * Math.Pow(2, tries - 1);
        return pause <= LongestPause && pause < Left ? pause : null;
    }

    private string Sentence(ModelException fault) => fault.Code switch
    {
        "model_key_refused" => $"The model {options.Model} refused the key: {fault.Message} Check ANTHROPIC_API_KEY or OPENAI_API_KEY.",
        "model_limited" => $"The model {options.Model} takes no more requests for now{(fault.RetryAfter is { } wait ? $" ({wait.TotalSeconds:0} s)" : "")}: {fault.Message}",
        "model_unreachable" => $"The model {options.Model} can't be reached: {fault.Message}",
        var _ => $"The model {options.Model} failed: {fault.Message}",
    };

    private Refusal OutOfTime() => Refusals.Conflict("model_out_of_time", $"The time for asking a model, {options.MaxTime.TotalSeconds:0} s for a merge, is used up (models.merge.max_time).");

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
