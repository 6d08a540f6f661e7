using System.Globalization;

namespace AutoBuild.Workspaces;

/// <summary>Writes down which processes below us carry no marker, so that whoever finds us dead can end them too.</summary>
public sealed class ProcessMemory : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly HashSet<(int Pid, long Start)> _seen = [];
    private readonly CancellationTokenSource _end = new();
    private readonly string _path;
    private readonly string _marker;
    private readonly Task _looking;

    /// <summary>Looks once a second until it is disposed of; also takes dead orphans off the process table.</summary>
    /// <param name="path">One line per process is appended: boot id, pid, start time.</param>
    /// <param name="marker">What carries it is found without us.</param>
    /// <param name="time">The clock.</param>
    public ProcessMemory(string path, string marker, TimeProvider time)
    {
        (_path, _marker) = (path, marker);
        _looking = Task.Run(() => LookAsync(time));
    }

    /// <summary>Reads what was written down; nothing where there is no file.</summary>
    public static IReadOnlyList<ProcessIdentity> Read(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Select(Parse).OfType<ProcessIdentity>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _looking;
        _end.Dispose();
    }

    private async Task LookAsync(TimeProvider time)
    {
        using var ticks = new PeriodicTimer(Look, time);
        try
        {
            while (await ticks.WaitForNextTickAsync(_end.Token))
            {
                Orphans.Reap();
                Note();
            }
        }
        catch (OperationCanceledException)
        {
            // We end in order and leave nothing.
        }
    }

    private void Note()
    {
        var unknown = ProcessTable.Below([Environment.ProcessId]).Where(entry => _seen.Add((entry.Pid, entry.StartTicks)) && !ProcessSweep.IsMarked(entry.Pid, _marker)).ToList();
        if (unknown.Count == 0)
        {
            return;
        }
        try
        {
            File.AppendAllLines(_path, unknown.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{ProcessIdentity.Boot} {entry.Pid} {entry.StartTicks}")));
        }
        catch (IOException)
        {
            // A full disk: the marker and our own end still find nearly all.
        }
    }

    private static ProcessIdentity? Parse(string line) =>
        line.Split(' ') is [var boot, var pid, var start] && int.TryParse(pid, CultureInfo.InvariantCulture, out var id) && long.TryParse(start, CultureInfo.InvariantCulture, out var ticks)
            ? new ProcessIdentity(id, ticks, boot)
            : null;
}
