using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Api;

/// <summary>Feeds one reader with the state of a job and the events of its runs, until the job is over.</summary>
internal sealed class JobReader(SseWriter sse, JobTails tails, RunOutput output)
{
    private static readonly EventFilter All = new();

    private byte[] _shown = [];
    private long _seen;

    /// <summary>Ends with the job's end state, after every event of its runs.</summary>
    /// <param name="after">A <see cref="RunLine.Id"/>; the reader has seen all up to it.</param>
    public async Task RunAsync(Job job, long after, CancellationToken cancel)
    {
        _seen = Math.Max(after, RunLine.Before(1));
        var tail = tails.Enter(job);
        try
        {
            await FollowAsync(tail, cancel);
        }
        finally
        {
            await tails.LeaveAsync(job.Id);
        }
    }

    private async Task FollowAsync(JobTail tail, CancellationToken cancel)
    {
        await ShowAsync(tail.Now, over: false);
        while (true)
        {
            // Both are taken before the look: what comes meanwhile is not slept over, and what is over has no more to come.
            var (changed, over) = (tail.Ring.Changed, tail.IsOver);
            tail.ThrowIfBroken();
            while (!await SendNewAsync(tail.Ring))
            {
                await SendPastAsync(tail);
            }

            await ShowAsync(tail.Now, over);
            await sse.FlushOrBeatAsync();
            if (over)
            {
                return;
            }

            await changed.WaitAsync(cancel);
        }
    }

    /// <summary>Sends all that the ring has.</summary>
    /// <returns>False where the reader stands before its floor.</returns>
    private async ValueTask<bool> SendNewAsync(FrameRing ring)
    {
        while (ring.TryNext(ref _seen, All, out var frame))
        {
            if (frame is null)
            {
                return true;
            }

            await sse.SendAsync(frame.Bytes);
        }

        return false;
    }

    /// <summary>Sends what the run's files have.</summary>
    private async Task SendPastAsync(JobTail tail)
    {
        var floor = tail.Ring.Floor;
        foreach (var line in output.Events(tail.Now.Job, _seen))
        {
            await sse.SendAsync(JobTail.Frame(line).Bytes);
            _seen = line.Id;
        }

        // Nothing is left of what stood before it.
        _seen = Math.Max(_seen, floor);
    }

    // The end state is kept back for the end: a reader may leave when it sees it.
    private ValueTask ShowAsync(ShownJob now, bool over)
    {
        if (now.Job.State.IsOver() != over || now.Frame.AsSpan().SequenceEqual(_shown))
        {
            return ValueTask.CompletedTask;
        }

        _shown = now.Frame;
        return sse.SendAsync(now.Frame);
    }
}
