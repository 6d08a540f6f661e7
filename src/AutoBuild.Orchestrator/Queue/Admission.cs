using System.Globalization;
using AutoBuild.Core.Jobs;

namespace AutoBuild.Orchestrator.Queue;

/// <summary>Says why ready jobs are not started.</summary>
/// <param name="Reason">disk, memory or cpu.</param>
/// <param name="Sentence">The figures, and when it goes on.</param>
public sealed record QueueHold(string Reason, string Sentence)
{
    public static IReadOnlyList<string> Reasons { get; } = ["disk", "memory", "cpu"];
}

/// <summary>Holds jobs back while the machine could not carry them: better queued than half written.</summary>
/// <remarks>
/// What a start takes shows only later. So each start counts as half a gigabyte of memory and a quarter of disk for ten seconds:
/// twelve at once don't all pass on the same figures. Pressure holds nothing back while nothing of ours runs, else others could stop us for good.
/// </remarks>
public sealed class Admission(OrchestratorOptions options, TimeProvider time)
{
    private const long MemoryOfStart = 512_000_000;
    private const long DiskOfStart = 256_000_000;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    private readonly Queue<long> _started = new();

    /// <summary>Why the last look held jobs back; null where it did not.</summary>
    public QueueHold? Hold { get; private set; }

    /// <summary>Returns how many of the wanted starts the machine has room for now.</summary>
    /// <param name="running">Jobs that hold a slot.</param>
    public int Allow(int wanted, int running)
    {
        if (wanted <= 0)
        {
            Hold = null;
            return 0;
        }

        while (_started.TryPeek(out var start) && time.GetElapsedTime(start) >= Settling)
        {
            _started.Dequeue();
        }

        var room = options.Machine?.Invoke() ?? MachineRoom.Look([options.DataDirectory, options.WorktreeRoot]);
        var (count, hold) = Limits(room, running + _started.Count == 0).MinBy(limit => limit.Count);
        Hold = count < wanted ? hold : null;
        return Math.Clamp(count, 0, wanted);
    }

    /// <summary>Counts starts. Fewer than were allowed: nothing waits for room.</summary>
    public void Took(int allowed, int started)
    {
        if (started < allowed)
        {
            Hold = null;
        }

        for (var each = 0; each < started; each++)
        {
            _started.Enqueue(time.GetTimestamp());
        }
    }

    /// <summary>Adds in words why a job waits: for room on the machine, for its agent's provider, or for one that touches the same files.</summary>
    public Job Explain(Job job) => job switch
    {
        { State: JobState.Queued, QueuedReason: null } when Hold is { } hold => job with { QueuedReason = QueuedReason.Resources, QueuedDetail = hold.Sentence },
        { State: JobState.RetryWait, QueuedReason: QueuedReason.RateLimit, RetryAt: { } at } =>
            job with { QueuedDetail = $"{job.ErrorMessage ?? "The agent's share is used up."} The job goes on by itself at {at:yyyy-MM-dd HH:mm} UTC." },
        { State: JobState.RetryWait, QueuedReason: QueuedReason.Overlap } => job with { QueuedDetail = job.ErrorMessage },
        var _ => job,
    };

    private IEnumerable<(int Count, QueueHold Hold)> Limits(MachineRoom room, bool alone)
    {
        var queue = options.Queue;
        yield return (Starts(room.FreeDisk, queue.MinFreeDisk, DiskOfStart, alone), new QueueHold("disk",
            $"{Size(room.FreeDisk)} are free on the disk of {room.Folder}, too little for another job beside the {Size(queue.MinFreeDisk)} that stay free (queue.min_free_disk). Free some space; the queue then goes on by itself."));
        yield return (Starts(room.FreeMemory, queue.MinFreeMemory, MemoryOfStart, alone), new QueueHold("memory",
            $"{Size(room.FreeMemory)} of memory are available, too little for another job beside the {Size(queue.MinFreeMemory)} that stay free (queue.min_free_memory). The queue goes on as others end."));
        yield return (alone || room.MemoryPressure < queue.MaxMemoryPressure ? int.MaxValue : 0, new QueueHold("memory",
            string.Create(CultureInfo.InvariantCulture, $"Processes wait for memory {room.MemoryPressure:0} % of the time; the queue goes on below {queue.MaxMemoryPressure} % (queue.max_memory_pressure).")));
        yield return (alone || room.CpuPressure < queue.MaxCpuPressure ? int.MaxValue : 0, new QueueHold("cpu",
            string.Create(CultureInfo.InvariantCulture, $"Processes wait for a processor {room.CpuPressure:0} % of the time; the queue goes on below {queue.MaxCpuPressure} % (queue.max_cpu_pressure).")));
    }

    // A small machine runs at least one: the reserve for what it takes must not stop it for ever.
    private int Starts(long free, long kept, long each, bool alone) =>
        kept == 0 ? int.MaxValue
        : free < kept ? 0
        : (int)Math.Clamp(((free - kept) / each) - _started.Count, alone ? 1 : 0, int.MaxValue);

    private static string Size(long bytes) => bytes >= 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000} MB");
}
