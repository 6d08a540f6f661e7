using System.Net.Sockets;
using AutoBuild.Core;

namespace AutoBuild.Orchestrator.Callbacks;

/// <summary>Reaches the receivers of callbacks, and only those that may be reached.</summary>
public sealed class Receivers(OrchestratorOptions options) : IDisposable
{
    private const int LargestDrain = 16 << 10;
    private static readonly TimeSpan Lookup = TimeSpan.FromSeconds(3);

    private HttpClient? _client;

    /// <summary>Sends over connections whose address was checked when they were made: a name that has moved since it was looked at does not get past it.</summary>
    /// <remarks>No redirect is followed, no proxy is asked, no cookie kept, and what a receiver says beyond its status is not read.</remarks>
    public HttpClient Client => LazyInitializer.EnsureInitialized(ref _client, () => new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        MaxResponseDrainSize = LargestDrain,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectTimeout = options.Callbacks.Timeout,
        ConnectCallback = ConnectAsync,
    })
    { Timeout = Timeout.InfiniteTimeSpan });

    /// <summary>Says why no callback may go to an address; null where one may. A name that leads nowhere yet is looked at again when it is called.</summary>
    public async Task<Refusal?> RefuseAsync(string url, CancellationToken cancel)
    {
        var host = new Uri(url).IdnHost;
        if (IsAllowed(host))
        {
            return null;
        }

        try
        {
            var addresses = await options.Callbacks.Resolve(host, cancel).WaitAsync(Lookup, cancel);
            return addresses.All(AddressRule.IsPublic) ? null : Refusals.Invalid("callback_private",
                $"callback_url leads to {host}, which is no address of the public internet. Whoever runs this server can allow it: callbacks.allow_hosts: [{host}].");
        }
        catch (Exception fault) when (fault is SocketException or TimeoutException)
        {
            return null;
        }
    }

    public void Dispose() => _client?.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await options.Callbacks.Resolve(host, cancel);
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        if (!IsAllowed(host) && !addresses.All(AddressRule.IsPublic))
        {
            throw new AddressRefusedException($"{host} leads to an address that is not of the public internet");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(string host) =>
        options.Callbacks.AllowPrivate || options.Callbacks.AllowHosts.Any(allowed => allowed.Trim('[', ']').Equals(host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase));
}

/// <summary>Says that a name led to an address where no callback may go.</summary>
public sealed class AddressRefusedException(string message) : IOException(message);
