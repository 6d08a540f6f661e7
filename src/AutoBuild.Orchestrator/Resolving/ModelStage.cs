using AutoBuild.Core;
using AutoBuild.Merge;
using Microsoft.Extensions.AI;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Asks a model for one chunk: twice, with the sides in either order, and takes only what passes the checks and came out the same.</summary>
internal sealed class ModelStage(ModelCall call, ModelPurse purse)
{
    private const string Again = "Answer again, with the JSON object alone, in the form that was asked for.";

    /// <summary>Why the model is asked no more: spent, unreachable, out of time; null where it goes on.</summary>
    public Refusal? Stopped { get; private set; }

    public async Task<ChunkResolution> AskAsync(OpenFile file, MergeChunk chunk, Prompt prompt, CancellationToken cancel)
    {
        if (chunk.BaseText.Length + chunk.OursText.Length + chunk.TheirsText.Length > Prompt.LongestChunk)
        {
            return Left(chunk, "The conflict is too long to ask a model about.", []);
        }

        var proposals = new List<Proposal>();
        foreach (var swapped in new[] { false, true })
        {
            var asked = await OnceAsync(file, chunk, prompt, swapped, cancel);
            if (!asked.Done)
            {
                return Left(chunk, proposals.Count > 0 ? $"The model answered, and could not be asked a second time: {asked.Refusal.Sentence}" : asked.Refusal.Sentence, proposals);
            }

            var (answer, faults, cost) = asked.Value;
            if (answer.Text is null)
            {
                return Left(chunk, $"The model is not sure: {answer.Reason}", proposals);
            }

            proposals.Add(new Proposal(ResolveStage.Model, answer.Text, answer.Rule, answer.Reason, faults, cost));
            if (faults.Count > 0)
            {
                return Left(chunk, $"The model's answer does not pass the checks. {faults[0]}", proposals);
            }
        }

        return ChunkText.Agree(proposals[0].Text, proposals[1].Text)
            ? new ChunkResolution(chunk.Index, proposals[0].Text, MergeTier.C, ResolveStage.Model, proposals[0].Why, proposals)
            : Left(chunk, "Asked twice, the model gave two answers.", proposals);
    }

    public static ChunkResolution Left(MergeChunk chunk, string why, IReadOnlyList<Proposal> proposals) => new(chunk.Index, null, MergeTier.D, null, why, proposals);

    private async Task<Result<(ModelAnswer Answer, IReadOnlyList<string> Faults, decimal? Cost)>> OnceAsync(OpenFile file, MergeChunk chunk, Prompt prompt, bool swapped, CancellationToken cancel)
    {
        var messages = prompt.Of(chunk, swapped);
        var read = await SayAsync(messages, chunk, swapped, null, cancel);
        if (read is { Done: true, Value.Unusable: { } unusable })
        {
            messages = [.. messages, new ChatMessage(ChatRole.Assistant, read.Value.Words), new ChatMessage(ChatRole.User, $"That answer can't be used: {unusable.Sentence} {Again}")];
            read = await SayAsync(messages, chunk, swapped, read.Value.Cost, cancel);
        }

        if (!read.Done)
        {
            return read.Refusal;
        }

        if (read.Value is not { Answer: { } answer, Cost: var cost })
        {
            return read.Value.Unusable!;
        }

        IReadOnlyList<string> faults = answer.Text is null ? [] : [.. AnswerCheck.Faults(file.Input, chunk, answer.Text).Select(fault => fault.Why)];
        return (answer, answer.Rule == "text" && prompt.Masks(chunk) ? [.. faults, "It was written without having seen a secret in these lines."] : faults, cost);
    }

    // An answer that can't be used is no reason to stop; a model that can't be asked is.
    private async Task<Result<Said>> SayAsync(List<ChatMessage> messages, MergeChunk chunk, bool swapped, decimal? before, CancellationToken cancel)
    {
        var allowed = await purse.AllowAsync(messages.Sum(message => message.Text.Length), cancel);
        if (!allowed.Done)
        {
            return Stop(allowed.Refusal);
        }

        var reply = await call.AskAsync(messages, allowed.Value, cancel);
        if (!reply.Done)
        {
            return reply.Refusal.Code == "model_answer_invalid" ? new Said("", null, reply.Refusal, before) : Stop(reply.Refusal);
        }

        var cost = await purse.PayAsync(reply.Value.Usage, CancellationToken.None) is { } paid ? paid + (before ?? 0) : before;
        if (reply.Value.Spoilt is { } spoilt)
        {
            return spoilt;
        }

        var answer = ModelAnswer.Read(reply.Value.Text, chunk, swapped);
        return new Said(reply.Value.Text, answer.Value, answer.Refusal, cost);
    }

    private Refusal Stop(Refusal refusal) => Stopped = refusal;

    private sealed record Said(string Text, ModelAnswer? Answer, Refusal? Unusable, decimal? Cost)
    {
        // A provider refuses an empty message.
        public string Words => Text.Length > 0 ? Text : "(nothing)";
    }
}
