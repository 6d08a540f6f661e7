using Microsoft.Extensions.Hosting;

namespace AutoBuild.Hosting;

/// <summary>Leaves signals to whoever runs the server.</summary>
internal sealed class CallerLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
