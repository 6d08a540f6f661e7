namespace AutoBuild.Storage;

/// <summary>Notices when the wall clock moved by more than time has passed, because leases are compared with it.</summary>
internal sealed class WallClock(TimeProvider time)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private DateTimeOffset _wall = time.GetUtcNow();
    private long _passed = time.GetTimestamp();

    /// <summary>Tells whether it jumped since it was last settled; what is less than a jump settles itself.</summary>
    public bool Jumped()
    {
        lock (_gate)
        {
            var (wall, passed) = (time.GetUtcNow(), time.GetTimestamp());
            var jumped = (wall - _wall - time.GetElapsedTime(_passed, passed)).Duration() > Tolerance;
            if (!jumped)
            {
                (_wall, _passed) = (wall, passed);
            }

            return jumped;
        }
    }

    /// <summary>Takes the time of now for the right one, once everything that depends on it was set.</summary>
    public void Settle()
    {
        lock (_gate)
        {
            (_wall, _passed) = (time.GetUtcNow(), time.GetTimestamp());
        }
    }
}
