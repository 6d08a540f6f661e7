using System.Reflection;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Hosting;
using AutoBuild.Tests.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoBuild.Tests.Hosting;

public sealed class IdleExitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_job_behind_the_first_page_keeps_the_server()
    {
        var clock = new FakeClock();
        var store = DispatchProxy.Create<IStore, Shelf>();
        var shelf = (Shelf)(object)store;
        var lifetime = new Lifetime();
        using var exit = new IdleExit(TimeSpan.FromSeconds(1), () => false, new Presence(clock), store, lifetime, clock, NullLogger<IdleExit>.Instance);
        await exit.StartAsync(TestContext.Current.CancellationToken);
        while (clock.WaitingTimers == 0)
        {
            await Task.Yield();
        }

        clock.Advance(TimeSpan.FromSeconds(2));
        await shelf.LastPageRead.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.False(lifetime.Stopped.Task.IsCompleted);

        shelf.Last = QueuedReason.Dependency;
        clock.Advance(TimeSpan.FromSeconds(2));
        await lifetime.Stopped.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await exit.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_repository_that_is_being_indexed_keeps_the_server()
    {
        var clock = new FakeClock();
        var store = DispatchProxy.Create<IStore, Shelf>();
        ((Shelf)(object)store).Last = QueuedReason.Dependency;
        var lifetime = new Lifetime();
        var (indexing, looked) = (true, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        using var exit = new IdleExit(TimeSpan.FromSeconds(1), IsIndexing, new Presence(clock), store, lifetime, clock, NullLogger<IdleExit>.Instance);
        await exit.StartAsync(TestContext.Current.CancellationToken);
        while (clock.WaitingTimers == 0)
        {
            await Task.Yield();
        }

        clock.Advance(TimeSpan.FromSeconds(2));
        await looked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.False(lifetime.Stopped.Task.IsCompleted);

        Volatile.Write(ref indexing, false);
        clock.Advance(TimeSpan.FromSeconds(2));
        await lifetime.Stopped.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await exit.StopAsync(TestContext.Current.CancellationToken);

        bool IsIndexing()
        {
            looked.TrySetResult();
            return Volatile.Read(ref indexing);
        }
    }

    /// <summary>Is a store of 500 jobs that wait for another ticket, and an older one on the second page.</summary>
    public class Shelf : DispatchProxy
    {
        public QueuedReason? Last { get; set; }

        public TaskCompletionSource LastPageRead { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(IStore.ListActiveJobsAsync) => Task.FromResult<IReadOnlyList<Job>>([]),
            nameof(IStore.ListTrainHeadsAsync) => Task.FromResult<IReadOnlyList<Landing>>([]),
            nameof(IStore.ListJobsAsync) => Task.FromResult(Jobs((PageRequest)args![1]!)),
            var other => throw new NotSupportedException(other),
        };

        private Page<Job> Jobs(PageRequest page)
        {
            if (page.Cursor is null)
            {
                return new Page<Job>([.. Enumerable.Repeat(JobSamples.Job(JobState.Queued) with { QueuedReason = QueuedReason.Dependency }, page.Limit)], "more");
            }

            LastPageRead.TrySetResult();
            return new Page<Job>([JobSamples.Job(JobState.Queued) with { QueuedReason = Last }], null);
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public TaskCompletionSource Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => Stopped.TrySetResult();
    }
}
