using AutoBuild.Core;
using AutoBuild.Core.Store;

namespace AutoBuild.Orchestrator.Figures;

/// <summary>Reads what the store counts, at most once a second however many look.</summary>
public sealed class LatestFigures(IStore store, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private StoreFigures? _figures;
    private long _readAt;

    /// <summary>Null where the store has not answered; a fault later leaves what was last read.</summary>
    public StoreFigures? Read()
    {
        lock (_gate)
        {
            if (_readAt == 0 || time.GetElapsedTime(_readAt) >= Age)
            {
                _readAt = time.GetTimestamp();
                try
                {
                    // Gauges are asked on a thread of their own, and cannot wait otherwise.
                    _figures = store.GetFiguresAsync(CancellationToken.None).GetAwaiter().GetResult();
                }
                catch (AutoBuildException)
                {
                    return _figures;
                }
            }

            return _figures;
        }
    }
}
