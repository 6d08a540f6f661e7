using AutoBuild.Core.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AutoBuild.Hosting;

/// <summary>Is a server that answers; disposing it stops it, takes <c>endpoints.json</c> away and frees the store.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IStore _store;

    internal RunningServer(WebApplication app, IStore store, DataDirectory data, EndpointsFile endpoints, Doors doors, string token)
    {
        (_app, _store, Address, Memory, Token) = (app, store, doors.Main, doors.Memory, token);

        // Before the drain, so that nobody new is sent to a server that ends.
        app.Lifetime.ApplicationStopping.Register(() => endpoints.Remove(data.Endpoints));
    }

    /// <summary>Where commands reach it.</summary>
    public Uri Address { get; }

    /// <summary>Where the memory listens; null where it does not run here.</summary>
    public Uri? Memory { get; }

    /// <summary>The token in the data directory.</summary>
    public string Token { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Waits for the end and stops everything.</summary>
    /// <param name="cancel">Asks for the end.</param>
    /// <returns>0, or 1 when a module failed.</returns>
    public async Task<int> WaitAsync(CancellationToken cancel)
    {
        await _app.WaitForShutdownAsync(cancel);
        return _app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(module => module.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _store.DisposeAsync();
    }
}
