using System.Net;
using System.Net.Sockets;
using AutoBuild.Api;
using AutoBuild.Configuration;
using AutoBuild.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace AutoBuild.Hosting;

/// <summary>Is where requests come in: an address, and what one peer may take of the server before its request is looked at.</summary>
internal static class Door
{
    /// <summary>Beside those of event streams.</summary>
    private const int MostConnections = 1000;

    /// <summary>Who comes back after a restart comes with all the others.</summary>
    private const int MostWaiting = 4096;

    /// <summary>A peer that takes nothing that was sent for so long has vanished; a beat of an event stream is sent to everybody.</summary>
    private const int PatienceMilliseconds = 30_000;

    private const int TcpUserTimeout = 18;

    /// <summary>Takes the address and does not listen yet. Throws <c>port_in_use</c> or <c>port_refused</c>.</summary>
    /// <param name="option">What chooses another port.</param>
    public static Socket Bind(string host, int port, string option)
    {
        try
        {
            var door = SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(Address(host), port));
            ForgetTheVanished(door);
            return door;
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AutoBuildException("port_in_use",
                $"Port {port} of {host} is in use by another program. Stop that one, or choose another with {option} (0 picks a free one).", fault);
        }
        catch (SocketException fault)
        {
            throw new AutoBuildException("port_refused",
                $"The system does not let this process listen on {host}:{port} ({fault.Message}). Choose another port or address.", fault);
        }
    }

    /// <summary>Bounds connections, headers and how slowly a peer may send or read.</summary>
    public static void Configure(KestrelServerOptions kestrel, Doors doors, ServerSettings settings)
    {
        kestrel.AddServerHeader = false;
        foreach (var door in doors.All)
        {
            kestrel.Listen(door.LocalEndPoint!, listen => listen.Protocols = HttpProtocols.Http1);
        }

        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = MostConnections + (2L * settings.MaxStreams);
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestBodySize = BodyLimit.Drained;
        limits.MaxRequestBufferSize = 128 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 20_000, gracePeriod: TimeSpan.FromSeconds(10));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1000, gracePeriod: TimeSpan.FromSeconds(10));
    }

    /// <summary>Hands over the addresses that were taken.</summary>
    public static void Configure(SocketTransportOptions sockets, Doors doors)
    {
        sockets.CreateBoundListenSocket = doors.Of;
        sockets.Backlog = MostWaiting;
    }

    // A machine that was switched off says no goodbye, and the system would try for a quarter of an hour. Connections have what their door has.
    private static void ForgetTheVanished(Socket door)
    {
        if (OperatingSystem.IsLinux())
        {
            door.SetRawSocketOption((int)ProtocolType.Tcp, TcpUserTimeout, BitConverter.GetBytes(PatienceMilliseconds));
        }
    }

    private static IPAddress Address(string host) => host switch
    {
        "*" => IPAddress.Any,
        _ when host.Equals("localhost", StringComparison.OrdinalIgnoreCase) => IPAddress.Loopback,
        _ when IPAddress.TryParse(host.Trim('[', ']'), out var address) => address,
        _ => Dns.GetHostAddresses(host).FirstOrDefault()
            ?? throw new AutoBuildException("port_refused", $"server.host '{host}' has no address; name an address of this machine."),
    };
}
