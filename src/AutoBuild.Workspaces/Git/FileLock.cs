namespace AutoBuild.Workspaces;

/// <summary>An exclusive lock on a file that also holds between processes and ends with its holder (flock).</summary>
public sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock; 5 minutes at most unless said otherwise.</summary>
    /// <exception cref="WorkspaceException">lock_timeout.</exception>
    public static async Task<FileLock> AcquireAsync(string path, TimeSpan? timeout = null, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        time ??= TimeProvider.System;
        var started = time.GetTimestamp();
        for (var pause = 2; ; pause = Math.Min(pause * 2, 50))
        {
            if (TryAcquire(path) is { } held)
            {
                return held;
            }
            if (time.GetElapsedTime(started) > (timeout ?? TimeSpan.FromMinutes(5)))
            {
                throw new WorkspaceException("lock_timeout", $"'{path}' stays locked by another process. Look for a hanging git or autobuild process.");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(pause), time, cancellation);
        }
    }

    /// <summary>Takes the lock if it is free; null when someone holds it.</summary>
    public static FileLock? TryAcquire(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
