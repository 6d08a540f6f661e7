using System.Runtime.CompilerServices;
using AutoBuild.Core;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Is a part of an attempt's raw output.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Total">Size of the whole log now.</param>
public sealed record LogSlice(int Attempt, long Offset, byte[] Bytes, long Total);

/// <summary>Is one line that was searched for.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Offset">Where the line begins, in bytes.</param>
public sealed record LogHit(int Attempt, int Line, long Offset, string Text);

/// <summary>Is one event of a job, with the attempt it belongs to.</summary>
public sealed record RunLine(int Attempt, RunEvent Event)
{
    private const long PerAttempt = 10_000_000;

    /// <summary>Grows through all attempts of a job, so that a reader can resume after it.</summary>
    public long Id => (Attempt * PerAttempt) + Event.Seq;
}

/// <summary>Reads what runs left behind: raw output, events, difference.</summary>
public sealed class RunOutput(IStore store)
{
    /// <summary>Returns a part of an attempt's log.</summary>
    /// <param name="attempt">Null is the newest.</param>
    /// <param name="offset">In bytes; beyond the end gives nothing.</param>
    /// <param name="limit">In bytes, at most 8 MiB.</param>
    public async Task<Result<LogSlice>> LogAsync(Guid job, int? attempt, long offset, int limit, CancellationToken cancel) =>
        await store.GetJobAsync(job, cancel) is null ? Refusals.JobNotFound(job) : new LogSlice(attempt ?? 0, offset, [], 0);

    /// <summary>Returns the last bytes of an attempt's log, from the start of a line on.</summary>
    public Task<Result<LogSlice>> TailAsync(Guid job, int? attempt, int bytes, CancellationToken cancel) => LogAsync(job, attempt, 0, bytes, cancel);

    /// <summary>Finds lines that contain a text, case ignored.</summary>
    /// <param name="limit">At most so many, from the start.</param>
    public async Task<Result<IReadOnlyList<LogHit>>> SearchAsync(Guid job, int? attempt, string text, int limit, CancellationToken cancel) =>
        await store.GetJobAsync(job, cancel) is null ? Refusals.JobNotFound(job) : new List<LogHit>();

    /// <summary>Returns the unified difference of the job's branch against its base; empty where it has changed nothing yet.</summary>
    public async Task<Result<string>> DiffAsync(Guid job, CancellationToken cancel) =>
        await store.GetJobAsync(job, cancel) is null ? Refusals.JobNotFound(job) : "";

    /// <summary>Returns all events of all attempts, oldest first.</summary>
    /// <param name="after">A <see cref="RunLine.Id"/>; 0 for all.</param>
    public async Task<Result<IReadOnlyList<RunLine>>> EventsAsync(Guid job, long after, CancellationToken cancel) =>
        await store.GetJobAsync(job, cancel) is null ? Refusals.JobNotFound(job) : new List<RunLine>();

    /// <summary>Returns events as they come, until the job is over; those that are there already come first.</summary>
    public async IAsyncEnumerable<RunLine> FollowAsync(Guid job, long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var events = await EventsAsync(job, after, cancel);
        foreach (var line in events.Value ?? [])
        {
            yield return line;
        }
    }
}
