using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Queue;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Sees to messages that reached a run after its last look: the next attempt gets them, or a job that continues an ended one.</summary>
public sealed class LateMessages(OrchestratorOptions options, ILogger<LateMessages> log)
{
    /// <summary>What a person said and no run heeded, for the attempt about to start.</summary>
    public IReadOnlyList<string> Before(Job job) => UpTo(job, job.Attempt - 1);

    /// <summary>Describes the job that has to continue this one should it end now; null where every message was heeded. To be called when none can come any more.</summary>
    public NewJob? After(Job job)
    {
        try
        {
            var said = UpTo(job, job.Attempt);
            return said.Count == 0 ? null : Submission.Again(job, job.CreatedBy) with { Continues = job.Id, Message = string.Join("\n\n", said) };
        }
#pragma warning disable CA1031 // Whatever is wrong here, the job has ended and its slot must come free.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            log.NotContinued(job.Id, fault.Message);
            return null;
        }
    }

    /// <summary>Returns all that people said to a run, in their order.</summary>
    internal static IReadOnlyList<string> SaidTo(RunFolder folder) => File.Exists(folder.Control)
        ? [.. File.ReadLines(folder.Control).Select(Parse).Where(line => line?.Kind == RunControlKind.Message).Select(line => line!.Text ?? "")]
        : [];

    // An attempt that never got a runner has no folder; each that did was handed what was left before it.
    private IReadOnlyList<string> UpTo(Job job, int attempt)
    {
        var last = Enumerable.Range(1, attempt).Reverse().Select(number => RunFolder.Of(options.DataDirectory, job.Id, number)).FirstOrDefault(folder => File.Exists(folder.Control));
        return last is null ? [] : Unheeded(last);
    }

    // The runner tells of each message it takes, in the order they were said.
    private static IReadOnlyList<string> Unheeded(RunFolder folder)
    {
        var said = SaidTo(folder);
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
