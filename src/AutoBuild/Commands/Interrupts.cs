using System.Runtime.InteropServices;

namespace AutoBuild.Commands;

/// <summary>Hears Ctrl-C and the end signal: the first asks, the second leaves at once.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly CancellationTokenSource _leave = new();
    private readonly List<PosixSignalRegistration> _registrations;

    public Interrupts() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Hear),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear),
    ];

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Asked => _asked.Token;

    /// <summary>Is cancelled by the second.</summary>
    public CancellationToken Leave => _leave.Token;

    /// <summary>Takes the end of the terminal for a signal too; else it ends the process at once.</summary>
    public void HearHangup() => _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, Hear));

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _asked.Dispose();
        _leave.Dispose();
    }

    private void Hear(PosixSignalContext context)
    {
        context.Cancel = true;
        (_asked.IsCancellationRequested ? _leave : _asked).Cancel();
    }
}
