using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Memory;

/// <summary>
/// Tells the memory what the store owes it, one job after another and beside everything else. A crash between telling and settling tells it again, which changes
/// nothing there; while the memory is away nothing is given up, and a lesson that is itself at fault is tried a few times.
/// </summary>
public sealed class Teacher(IStore store, IMemory memory, FactFinder facts, OrchestratorOptions options, TimeProvider time, ILogger<Teacher> log) : BackgroundService
{
    private const int AtOnce = 20;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RetryBase = TimeSpan.FromSeconds(10);

    private TimeSpan _wait = Look;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (memory is not NoMemory && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(await TeachDueAsync(stoppingToken) ? Look : _wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Tells all that is due; false where the memory is away.</summary>
    internal async Task<bool> TeachDueAsync(CancellationToken cancel)
    {
        try
        {
            while (await store.ListDueLessonsAsync(AtOnce, cancel) is { Count: > 0 } due)
            {
                foreach (var lesson in due)
                {
                    if (!await TeachAsync(lesson, cancel))
                    {
                        return false;
                    }
                }
            }

            _wait = Look;
        }
#pragma warning disable CA1031 // The store's trouble is told elsewhere; what is owed stays owed.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            log.NotLookedAt(fault.Message);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }

        return true;
    }

    private async Task<bool> TeachAsync(DueLesson lesson, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(options.LessonPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            if (await facts.FindAsync(lesson.JobId, either.Token) is { } found && await memory.LearnAsync(found, either.Token) is { Refusal: { } refusal })
            {
                return Away(refusal.Code == NoMemory.Code ? null : refusal.Sentence);
            }

            await store.SettleLessonAsync(lesson, cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Away($"It gave no answer within {options.LessonPatience.TotalSeconds:0.#} s.");
        }
#pragma warning disable CA1031 // One lesson that can't be told must not keep the others.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            log.NotTaught(fault, lesson.JobId, lesson.TriesLeft - 1, fault.Message);
            await store.PostponeLessonAsync(lesson, RetryBase * Math.Pow(4, Math.Max(0, 6 - lesson.TriesLeft)), fault.Message, counts: true, cancel);
        }

        return true;
    }

    private bool Away(string? why)
    {
        _wait = _wait * 2 < LongestWait ? _wait * 2 : LongestWait;
        if (why is not null)
        {
            log.MemoryAway(_wait.TotalSeconds, why);
        }

        return false;
    }
}
