using System.Runtime.InteropServices;

namespace AutoBuild.Commands;

/// <summary>Hears Ctrl-C and the end signal: the first asks, the second leaves at once.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource asked = new();
    private readonly CancellationTokenSource leave = new();
    private readonly PosixSignalRegistration[] registrations;

    public Interrupts() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Hear),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear),
    ];

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Asked => asked.Token;

    /// <summary>Is cancelled by the second.</summary>
    public CancellationToken Leave => leave.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        asked.Dispose();
        leave.Dispose();
    }

    private void Hear(PosixSignalContext context)
    {
        context.Cancel = true;
        (asked.IsCancellationRequested ? leave : asked).Cancel();
    }
}
