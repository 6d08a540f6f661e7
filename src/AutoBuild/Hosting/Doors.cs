using System.Net;
using System.Net.Sockets;

namespace AutoBuild.Hosting;

/// <summary>Holds the addresses that the modules of a server have taken.</summary>
internal sealed class Doors : IDisposable
{
    private readonly Dictionary<string, Socket> _byModule;

    private Doors(Dictionary<string, Socket> byModule) => _byModule = byModule;

    public IReadOnlyCollection<Socket> All => _byModule.Values;

    public Uri? Orchestrator => AddressOf(ServerModules.Orchestrator);

    public Uri? Memory => AddressOf(ServerModules.Memory);

    /// <summary>Where commands reach this server: the memory has the routes that they need of it, too.</summary>
    public Uri Main => Orchestrator ?? Memory!;

    /// <summary>Takes an address for each module, or none. Throws <c>port_in_use</c> or <c>port_refused</c>.</summary>
    public static Doors Bind(ServeRequest request, IReadOnlyList<string> modules)
    {
        var doors = new Doors([]);
        try
        {
            foreach (var module in modules)
            {
                doors._byModule[module] = Door.Bind(request.Settings.Server.Host, PortOf(request, module), $"--{module}-port");
            }

            return doors;
        }
        catch
        {
            doors.Dispose();
            throw;
        }
    }

    /// <summary>Hands over the address that was taken under an endpoint.</summary>
    public Socket Of(EndPoint endpoint) => _byModule.Values.First(door => door.LocalEndPoint!.Equals(endpoint));

    public void Dispose()
    {
        foreach (var door in _byModule.Values)
        {
            door.Dispose();
        }
    }

    private static int PortOf(ServeRequest request, string module) => module == ServerModules.Memory
        ? request.MemoryPort ?? request.Settings.Server.MemoryPort
        : request.OrchestratorPort ?? request.Settings.Server.OrchestratorPort;

    private Uri? AddressOf(string module)
    {
        if (!_byModule.TryGetValue(module, out var door))
        {
            return null;
        }

        var bound = (IPEndPoint)door.LocalEndPoint!;
        var anywhere = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any);
        return new UriBuilder(Uri.UriSchemeHttp, anywhere ? "127.0.0.1" : $"{bound.Address}", bound.Port).Uri;
    }
}
