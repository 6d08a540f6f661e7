using AutoBuild.Core.Landings;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Queue;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>
/// Takes work that can't land back to the agent that made it, with what failed, as a job that continues it; what comes of that lands as this was approved to.
/// So often as <see cref="LandingOptions.Reworks"/> says, within the ticket's budget; then a person looks.
/// </summary>
public sealed class SendBack(IStore store, Submission submission, LandingSteps steps, OrchestratorOptions options, WorkMetrics metrics, Bells bells, ILogger<SendBack> log)
{
    private static readonly string RedText = Load("sent-back-red");
    private static readonly string ConflictText = Load("sent-back-conflict");

    /// <summary>Tells that a member is to blame: its merge onto a tree that passes fails.</summary>
    public async Task RedAsync(Batch batch, BatchMember member, BatchProof proof, CancellationToken cancel)
    {
        var (landing, merged) = (member.Landing, member.Merged);
        log.Red(landing.Id, landing.BranchName, batch.Target, proof.Objection!);
        if (merged.IsGuessed)
        {
            metrics.Culprit(sentBack: false);
            await steps.TellAsync(landing, LandingMerge.Doubted(merged, proof.Objection!, proof.Qa), cancel);
            return;
        }

        var input = new LandingInput.Failed(proof.Qa, proof.Objection!);
        if (proof.Qa?.Verdict != QaVerdict.Failed || !MaySend(landing))
        {
            metrics.Culprit(sentBack: false);
            await steps.TellAsync(landing, input, cancel);
            return;
        }

        // The agent begins where it fails: on its own branch, with the target in it.
        var isThere = await batch.Repository.AdvanceBranchAsync(landing.BranchName, landing.Commit, merged.Commit, cancel);
        var text = Filled(RedText, batch, merged.Commit)
            .Replace("{where}", isThere ? "Your branch holds that merge now: what is in your working tree is what failed." : $"Merge it into your branch to see what failed: `git merge {merged.Commit}`.", StringComparison.Ordinal)
            .Replace("{checks}", QaFailures.Text(proof.Qa).TrimEnd(), StringComparison.Ordinal);
        metrics.Culprit(await SendAsync(landing, input, text, cancel));
    }

    /// <summary>Tells that what a landing brings conflicts with the tip.</summary>
    public async Task ConflictedAsync(Batch batch, Landing landing, MergeStep.Conflicted conflicted, CancellationToken cancel)
    {
        if (!options.Landing.ReworkConflicts || !MaySend(landing))
        {
            await steps.TellAsync(landing, conflicted.Input, cancel);
            return;
        }

        var files = string.Join('\n', conflicted.Files.Select(file => $"- `{file.Path}` ({file.Kind})"));
        await SendAsync(landing, conflicted.Input, Filled(ConflictText, batch, conflicted.Onto).Replace("{files}", files, StringComparison.Ordinal), cancel);
    }

    private bool MaySend(Landing landing) => landing.Reworks < options.Landing.Reworks;

    // Where no job can be made of it, it stays with a person.
    private async Task<bool> SendAsync(Landing landing, LandingInput input, string text, CancellationToken cancel)
    {
        var rework = await submission.ReworkAsync(landing, text, cancel);
        if (!rework.Done)
        {
            log.NotSentBack(landing.Id, rework.Refusal.Sentence);
            await steps.TellAsync(landing, input, cancel);
            return false;
        }

        var note = $"The train sent it back to its agent, {landing.Reworks + 1} of {options.Landing.Reworks}.";
        var sent = await store.SendBackAsync(landing.Id, input, rework.Value, note, cancel);
        if (!sent.Done)
        {
            log.Refused(landing.Id, 1, input.Trigger, sent.Refusal.Code);
            return false;
        }

        await steps.HeedAsync(sent.Value.Landing);
        if (sent.Value.Rework is { } job)
        {
            log.SentBack(landing.Id, landing.BranchName, job.Id, landing.Reworks + 1, options.Landing.Reworks);
            bells.Queue.Ring();
        }

        return sent.Value.Rework is not null;
    }

    private static string Filled(string template, Batch batch, string commit) =>
        template.Replace("{target}", batch.Target, StringComparison.Ordinal).Replace("{commit}", commit, StringComparison.Ordinal);

    private static string Load(string name)
    {
        using var stream = typeof(SendBack).Assembly.GetManifestResourceStream($"landings/{name}.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
