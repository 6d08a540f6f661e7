using System.Net;
using System.Net.Sockets;

namespace AutoBuild.Orchestrator.Callbacks;

/// <summary>Tells addresses of the public internet from all others.</summary>
public static class AddressRule
{
    private static readonly IPNetwork[] NotPublic4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // Of IPv6 only 2000::/3 is given out; within it these lead elsewhere: tunnels, which carry an IPv4 address inside, and examples.
    private static readonly IPNetwork Unicast6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] NotPublic6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>False for loopback, private, link-local, shared (CGNAT), multicast, reserved and unspecified addresses, also where an IPv6 address carries one.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = Embedded(address) ?? address;
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? !NotPublic4.Any(network => network.Contains(plain))
            : Unicast6.Contains(plain) && !NotPublic6.Any(network => network.Contains(plain));
    }

    // NAT64 writes the IPv4 address of a public host into the last four bytes.
    private static IPAddress? Embedded(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4(),
        { AddressFamily: AddressFamily.InterNetworkV6 } when Translated.Contains(address) => new IPAddress(address.GetAddressBytes().AsSpan(12)),
        _ => null,
    };
}
