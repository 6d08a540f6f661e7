namespace AutoBuild.Storage;

/// <summary>Notices when the wall clock moved by more than time has passed, because leases are compared with it.</summary>
internal sealed class WallClock(TimeProvider time)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private DateTimeOffset _wall = time.GetUtcNow();
    private long _passed = time.GetTimestamp();

    /// <summary>Tells whether it jumped since the last call.</summary>
    public bool Jumped()
    {
        lock (_gate)
        {
            var (wall, passed) = (time.GetUtcNow(), time.GetTimestamp());
            var drift = wall - _wall - time.GetElapsedTime(_passed, passed);
            (_wall, _passed) = (wall, passed);
            return drift.Duration() > Tolerance;
        }
    }
}
