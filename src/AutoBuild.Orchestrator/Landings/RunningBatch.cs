namespace AutoBuild.Orchestrator.Landings;

/// <summary>Lets a person stop what is done for a landing that is under way, and nothing else.</summary>
public sealed class RunningBatch
{
    private readonly Lock _lock = new();
    private readonly HashSet<Guid> _gone = [];
    private IReadOnlyCollection<Guid> _about = [];
    private CancellationTokenSource? _work;

    /// <summary>Ends the work under way if it is about the landing, or the next that would be.</summary>
    public void Stop(Guid landing)
    {
        lock (_lock)
        {
            _gone.Add(landing);
            if (_about.Contains(landing))
            {
                _work?.Cancel();
            }
        }
    }

    /// <summary>Does one piece of work; false where somebody it is about left before its end.</summary>
    public async Task<bool> TryAsync(IReadOnlyCollection<Guid> about, Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        lock (_lock)
        {
            if (_gone.Overlaps(about))
            {
                return false;
            }

            (_about, _work) = (about, either);
        }

        try
        {
            await work(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested && either.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            lock (_lock)
            {
                (_about, _work) = ([], null);
            }
        }
    }
}
