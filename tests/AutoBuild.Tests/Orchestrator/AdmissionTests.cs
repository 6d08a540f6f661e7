using AutoBuild.Core.Jobs;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Tests.Core;

namespace AutoBuild.Tests.Orchestrator;

public sealed class AdmissionTests
{
    private static readonly MachineRoom Roomy = new("/data", 1_000_000_000_000, 1_000_000_000_000);

    private readonly FakeClock _clock = new();
    private MachineRoom _room = Roomy;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1_000_000_000_000, 1_000_000_000_000, 0, 12, null)]
    [InlineData(1_999_999_999, 1_000_000_000_000, 0, 0, "disk")]
    [InlineData(2_600_000_000, 1_000_000_000_000, 0, 2, "disk")]
    [InlineData(1_000_000_000_000, 499_999_999, 0, 0, "memory")]
    [InlineData(1_000_000_000_000, 2_600_000_000, 0, 4, "memory")]
    [InlineData(1_000_000_000_000, 1_000_000_000_000, 25, 0, "memory")]
    [InlineData(1_000_000_000_000, 1_000_000_000_000, 24.9, 12, null)]
    [InlineData(long.MaxValue, long.MaxValue, 0, 12, null)]
    public void Starts_what_disk_and_memory_carry(long disk, long memory, double pressure, int allowed, string? held)
    {
        _room = new MachineRoom("/data", disk, memory, pressure, CpuPressure: 99);
        var admission = Make(new QueueOptions());

        Assert.Equal(allowed, admission.Allow(12, running: 3));
        Assert.Equal(held, admission.Hold?.Reason);
    }

    [Fact]
    public void Those_that_just_started_count_until_it_is_seen_what_they_take()
    {
        _room = Roomy with { FreeMemory = 2_600_000_000 };
        var admission = Make(new QueueOptions());

        Assert.Equal(4, admission.Allow(12, 0));
        admission.Took(4, 4);
        Assert.Equal(0, admission.Allow(8, 4));
        Assert.Contains("queue.min_free_memory", admission.Hold!.Sentence, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, admission.Allow(8, 4));

        // They took little: there is room for as many again.
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(4, admission.Allow(8, 4));
    }

    /// <summary>A job that waits for its agent's provider says why, and until when.</summary>
    [Fact]
    public void A_wait_for_a_provider_says_until_when()
    {
        var job = JobSamples.Job(JobState.RetryWait) with
        {
            QueuedReason = QueuedReason.RateLimit, RetryAt = new DateTimeOffset(2030, 1, 2, 14, 30, 0, TimeSpan.Zero), ErrorMessage = "claude's share is used up until 14:30.",
        };

        Assert.Equal("claude's share is used up until 14:30. The job goes on by itself at 2030-01-02 14:30 UTC.", Make(new QueueOptions()).Explain(job).QueuedDetail);
    }

    [Fact]
    public void A_small_machine_runs_one()
    {
        _room = new MachineRoom("/data", 2_000_000_001, 500_000_001, 100, 100);
        var admission = Make(new QueueOptions { MaxCpuPressure = 50 });

        Assert.Equal(1, admission.Allow(12, running: 0));
        admission.Took(1, 1);
        Assert.Equal(0, admission.Allow(11, running: 1));
    }

    [Fact]
    public void Nothing_is_held_back_where_nothing_waits()
    {
        _room = Roomy with { FreeMemory = 2_600_000_000 };
        var admission = Make(new QueueOptions());

        admission.Took(admission.Allow(12, 0), 2);

        Assert.Null(admission.Hold);
    }

    [Fact]
    public void Zero_does_not_look()
    {
        _room = new MachineRoom("/data", 0, 0, 100, 100);
        Assert.Equal(12, Make(new QueueOptions { MinFreeDisk = 0, MinFreeMemory = 0, MaxMemoryPressure = 101 }).Allow(12, 5));
    }

    [Fact]
    public void This_machine_can_be_read()
    {
        var room = MachineRoom.Look([Path.Combine(Path.GetTempPath(), "not", "made", "yet"), Path.GetTempPath()]);

        Assert.InRange(room.FreeDisk, 0, long.MaxValue - 1);
        Assert.InRange(room.MemoryPressure, 0, 100);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells its memory in /proc.");
        Assert.InRange(room.FreeMemory, 1, long.MaxValue - 1);
    }

    [Fact]
    public async Task Jobs_wait_for_room_say_why_and_go_on_by_themselves()
    {
        _room = Roomy with { FreeDisk = 100_000_000 };
        await using var bench = await Bench.StartAsync(options => options with { Machine = () => _room });
        var project = await bench.AddProjectAsync();
        var job = await bench.SubmitAsync(project, "write new.txt hello");
        var admission = bench.Get<Admission>();
        await bench.UntilAsync(() => Task.FromResult(admission.Hold), _ => true);

        var waiting = admission.Explain((await bench.Store.GetJobAsync(job.Id, Cancel))!);
        Assert.Equal((JobState.Queued, 0, QueuedReason.Resources), (waiting.State, waiting.Attempt, waiting.QueuedReason));
        Assert.StartsWith("100 MB are free on the disk of /data", waiting.QueuedDetail, StringComparison.Ordinal);

        _room = Roomy;
        Assert.Equal(JobState.Completed, (await bench.EndAsync(job)).State);
        Assert.Null(admission.Hold);
    }

    private Admission Make(QueueOptions queue) =>
        new(new OrchestratorOptions { DataDirectory = "/data", RunnerCommand = [], Queue = queue, Machine = () => _room }, _clock);
}
