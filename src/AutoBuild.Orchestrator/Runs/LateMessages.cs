using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Queue;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Sees to messages that reached a run after its last look: the next attempt gets them, or a job that continues an ended one.</summary>
public sealed class LateMessages(IStore store, OrchestratorOptions options, Bells bells, ILogger<LateMessages> log)
{
    /// <summary>What a person said and no run heeded, for the attempt about to start.</summary>
    public IReadOnlyList<string> Before(Job job)
    {
        // An attempt that never got a runner has no folder; each that did was handed what was left before it.
        var last = Enumerable.Range(1, job.Attempt - 1).Reverse().Select(attempt => RunFolder.Of(options.DataDirectory, job.Id, attempt)).FirstOrDefault(folder => File.Exists(folder.Control));
        return last is null ? [] : Unheeded(last);
    }

    /// <summary>Makes the job that continues one which ended first; a cancelled one is continued by nobody. To be called when no message can come any more.</summary>
    public async Task ContinueAsync(Job job)
    {
        try
        {
            var said = Unheeded(RunFolder.Of(options.DataDirectory, job.Id, job.Attempt));
            if (said.Count == 0 || await store.GetJobAsync(job.Id, CancellationToken.None) is not { } ended
                || ended.Fence != job.Fence || !ended.State.IsOver() || ended.State == JobState.Cancelled)
            {
                return;
            }

            var made = await store.SubmitJobAsync(Submission.Again(ended, ended.CreatedBy) with { Continues = ended.Id, Message = string.Join("\n\n", said) }, null, CancellationToken.None);
            if (made.Refusal is { } refusal)
            {
                log.NotContinued(job.Id, refusal.Sentence);
            }

            bells.Queue.Ring();
        }
#pragma warning disable CA1031 // Whatever is wrong here, the job has ended and its slot must come free.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            log.NotContinued(job.Id, fault.Message);
        }
    }

    // The runner tells of each message it takes, in the order they were said.
    private static IReadOnlyList<string> Unheeded(RunFolder folder)
    {
        if (!File.Exists(folder.Control))
        {
            return [];
        }

        var said = File.ReadLines(folder.Control).Select(Parse).Where(line => line?.Kind == RunControlKind.Message).Select(line => line!.Text ?? "").ToList();
        return said.Count == 0 ? [] : [.. said.Skip(Heeded(folder))];
    }

    private static int Heeded(RunFolder folder)
    {
        var tail = new EventTail(folder.Events, 0);
        var heeded = 0;
        while (tail.Read() is { Count: > 0 } events)
        {
            heeded += events.Count(what => what is { Kind: RunEventKind.Message, Name: "user" });
        }

        return heeded;
    }

    private static RunControl? Parse(string line)
    {
        try
        {
            return CoreJson.Read<RunControl>(line);
        }
        catch (AutoBuildException)
        {
            // The runner did not understand it either.
            return null;
        }
    }
}
