using System.Runtime.CompilerServices;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Is a part of an attempt's raw output.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Total">Size of the whole log now.</param>
public sealed record LogSlice(int Attempt, long Offset, byte[] Bytes, long Total);

/// <summary>Is one event of a job, with the attempt it belongs to.</summary>
public sealed record RunLine(int Attempt, RunEvent Event)
{
    private const long PerAttempt = 10_000_000;
    private const int MostAttempts = 100_000;

    /// <summary>Grows through all attempts of a job, so that a reader can resume after it.</summary>
    public long Id => (Attempt * PerAttempt) + Event.Seq;

    /// <summary>Returns the id that stands before the first event of an attempt.</summary>
    public static long Before(int attempt) => Math.Max(1, attempt) * PerAttempt;

    /// <summary>Returns the attempt that an id belongs to; the first where it is of none.</summary>
    public static int AttemptOf(long id) => (int)Math.Clamp(id / PerAttempt, 1, MostAttempts);
}

/// <summary>Reads what runs left behind: raw output, events, difference.</summary>
public sealed class RunOutput(IStore store, Clones clones, RunSpecs specs, TimeProvider time)
{
    private const int LongestSlice = 8 << 20;
    private const int LongestDiff = 4 << 20;
    private const int MostIndexes = 64;
    private const int LooksPerState = 8;
    private const int SmallLook = 64 << 10;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    private readonly Dictionary<(Guid Job, int Attempt), LineIndex> _indexes = [];

    /// <summary>Returns a part of an attempt's log.</summary>
    /// <param name="attempt">Null is the newest.</param>
    /// <param name="offset">In bytes; beyond the end gives nothing.</param>
    /// <param name="limit">In bytes, at most 8 MiB.</param>
    public async Task<Result<LogSlice>> LogAsync(Guid job, int? attempt, long offset, int limit, CancellationToken cancel)
    {
        var found = await FindAsync(job, attempt, cancel);
        if (!found.Done)
        {
            return found.Refusal;
        }

        await using var log = Open(job, found.Value);
        var total = log?.Length ?? 0;
        var from = Math.Clamp(offset, 0, total);
        return new LogSlice(found.Value, from, await ReadAsync(log, from, Math.Clamp(limit, 0, LongestSlice), cancel), total);
    }

    /// <summary>Returns a part of an attempt's log from a line on.</summary>
    /// <param name="attempt">Null is the newest.</param>
    /// <param name="line">Counted from 1; beyond the end gives nothing.</param>
    /// <param name="limit">In bytes, at most 8 MiB.</param>
    public async Task<Result<LogSlice>> LinesAsync(Guid job, int? attempt, long line, int limit, CancellationToken cancel)
    {
        var found = await FindAsync(job, attempt, cancel);
        if (!found.Done)
        {
            return found.Refusal;
        }

        await using var log = Open(job, found.Value);
        if (log is null)
        {
            return new LogSlice(found.Value, 0, [], 0);
        }

        var settled = RunLog.Settled(specs.FolderOf(job, found.Value), log);
        var from = await IndexOf(job, found.Value).FindAsync(log, settled, line, cancel);
        return new LogSlice(found.Value, from, await ReadAsync(log, from, Math.Clamp(limit, 0, LongestSlice), cancel), log.Length);
    }

    /// <summary>Returns the last bytes of an attempt's log, from the start of a line on.</summary>
    public async Task<Result<LogSlice>> TailAsync(Guid job, int? attempt, int bytes, CancellationToken cancel)
    {
        var found = await FindAsync(job, attempt, cancel);
        if (!found.Done)
        {
            return found.Refusal;
        }

        await using var log = Open(job, found.Value);
        var total = log?.Length ?? 0;
        var from = Math.Max(0, total - Math.Clamp(bytes, 0, LongestSlice));
        var read = await ReadAsync(log, from, LongestSlice, cancel);
        var cut = from == 0 ? 0 : Array.IndexOf(read, (byte)'\n') + 1;
        return new LogSlice(found.Value, from + cut, read[cut..], total);
    }

    /// <summary>Finds lines that contain a text, case ignored.</summary>
    /// <param name="limit">At most so many, from the start.</param>
    public async Task<Result<IReadOnlyList<LogHit>>> SearchAsync(Guid job, int? attempt, string text, int limit, CancellationToken cancel)
    {
        var found = await FindAsync(job, attempt, cancel);
        if (!found.Done)
        {
            return found.Refusal;
        }

        await using var log = Open(job, found.Value);
        return log is null ? new List<LogHit>() : await LogSearch.RunAsync(log, found.Value, text, limit, cancel);
    }

    /// <summary>Returns the unified difference of the job's branch against its base; empty where it has changed nothing yet.</summary>
    public async Task<Result<string>> DiffAsync(Guid job, CancellationToken cancel)
    {
        if (await store.GetJobAsync(job, cancel) is not { } found)
        {
            return Refusals.JobNotFound(job);
        }

        if (found.BaseCommit is not { } from || await store.GetProjectAsync(found.ProjectId, cancel) is not { } project)
        {
            return "";
        }

        try
        {
            var clone = await clones.OpenAsync(project, cancel);
            var to = found.HeadCommit ?? await clone.ResolveAsync($"refs/heads/{found.BranchName}", cancel);
            return to is null ? "" : await clone.DiffAsync(from, to, LongestDiff, cancel);
        }
        catch (WorkspaceException fault)
        {
            return Refusals.Conflict(fault.Code, fault.Message);
        }
    }

    /// <summary>Returns all events of all attempts, oldest first; they are read as they are taken.</summary>
    /// <param name="after">A <see cref="RunLine.Id"/>; 0 for all.</param>
    public IEnumerable<RunLine> Events(Job job, long after) => Enumerable.Range(1, job.Attempt)
        .Where(attempt => attempt >= RunLine.AttemptOf(after))
        .SelectMany(attempt => Looks(TailOf(job.Id, attempt), attempt, after))
        .SelectMany(lines => lines);

    /// <summary>Returns events as they come, those of one look together, until the job is over; those that are there already come first.</summary>
    public async IAsyncEnumerable<IReadOnlyList<RunLine>> FollowAsync(Guid job, long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var attempt = RunLine.AttemptOf(after);
        var tail = TailOf(job, attempt);
        while (await store.GetJobAsync(job, cancel) is { } found)
        {
            // The state was read first: what is over writes nothing more.
            foreach (var lines in Looks(tail, attempt, after))
            {
                yield return lines;
            }

            if (attempt < found.Attempt)
            {
                attempt++;
                tail = TailOf(job, attempt);
            }
            else if (found.State.IsOver())
            {
                yield break;
            }
            else
            {
                // To look at a file costs little, to ask the store more.
                for (var looks = 0; looks < LooksPerState; looks++)
                {
                    await Task.Delay(Look, time, cancel);
                    foreach (var lines in Looks(tail, attempt, after))
                    {
                        yield return lines;
                    }
                }
            }
        }
    }

    // Many may read at once, so that each takes little at a time.
    private EventTail TailOf(Guid job, int attempt) => new(specs.FolderOf(job, attempt).Events, 0, SmallLook);

    private static IEnumerable<IReadOnlyList<RunLine>> Looks(EventTail tail, int attempt, long after)
    {
        for (var events = tail.Read(); events.Count > 0; events = tail.Read())
        {
            var lines = events.Select(what => new RunLine(attempt, what)).Where(line => line.Id > after).ToList();
            if (lines.Count > 0)
            {
                yield return lines;
            }
        }
    }

    private async Task<Result<int>> FindAsync(Guid job, int? attempt, CancellationToken cancel)
    {
        if (await store.GetJobAsync(job, cancel) is not { } found)
        {
            return Refusals.JobNotFound(job);
        }

        return attempt is { } asked && (asked < 1 || asked > found.Attempt)
            ? new Refusal(RefusalKind.NotFound, "attempt_not_found", $"The job has had {found.Attempt} attempts; there is no attempt {asked}.")
            : attempt ?? found.Attempt;
    }

    // Those asked for last are likely to be asked for again; an index is made anew in a fraction of a second.
    private LineIndex IndexOf(Guid job, int attempt)
    {
        lock (_indexes)
        {
            if (_indexes.TryGetValue((job, attempt), out var index))
            {
                return index;
            }

            if (_indexes.Count >= MostIndexes)
            {
                _indexes.Clear();
            }

            return _indexes[(job, attempt)] = new LineIndex();
        }
    }

    private Stream? Open(Guid job, int attempt) => RunLog.Open(specs.FolderOf(job, attempt));

    private static async Task<byte[]> ReadAsync(Stream? log, long from, int limit, CancellationToken cancel)
    {
        if (log is null || from >= log.Length)
        {
            return [];
        }

        var bytes = new byte[Math.Min(limit, log.Length - from)];
        log.Seek(from, SeekOrigin.Begin);
        var count = await log.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return bytes[..count];
    }
}
