using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Api;

/// <summary>Lends each job's tail to its readers; it is there as long as somebody reads.</summary>
internal sealed class JobTails(IStore store, StoreTail tail, RunOutput output, Admission admission, TimeProvider time)
{
    private readonly Dictionary<Guid, (JobTail Tail, int Readers)> _open = [];

    /// <summary>Jobs that are followed now.</summary>
    public int Open
    {
        get
        {
            lock (_open)
            {
                return _open.Count;
            }
        }
    }

    public JobTail Enter(Job job)
    {
        lock (_open)
        {
            var (shared, readers) = _open.GetValueOrDefault(job.Id);
            if (shared is null)
            {
                shared = new JobTail(job, store, tail, output, admission, time);
                shared.Start();
            }

            _open[job.Id] = (shared, readers + 1);
            shared.Ring.Enter();
            return shared;
        }
    }

    public async ValueTask LeaveAsync(Guid job)
    {
        JobTail shared;
        lock (_open)
        {
            (shared, var readers) = _open[job];
            shared.Ring.Leave();
            if (readers > 1)
            {
                _open[job] = (shared, readers - 1);
                return;
            }

            _open.Remove(job);
        }

        await shared.DisposeAsync();
    }
}
