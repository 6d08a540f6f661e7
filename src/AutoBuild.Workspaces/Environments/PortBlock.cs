using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>Gives every worktree a block of ports of its own.</summary>
public static class PortBlock
{
    public const int DefaultCount = 10;

    // Below the range from which systems take ports for outgoing connections (32768 and up on Linux).
    private const int First = 20000;
    private const int Last = 31999;

    /// <summary>The first port of a block whose ports can all be bound on loopback now; the same key gets the same block where it is free.</summary>
    /// <param name="key">The worktree's name.</param>
    /// <param name="taken">First ports of blocks already given away.</param>
    /// <param name="count">Ports in a block.</param>
    /// <exception cref="WorkspaceException">ports_exhausted.</exception>
    public static int Allocate(string key, IReadOnlySet<int> taken, int count = DefaultCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var blocks = (Last - First + 1) / count;
        var start = (int)(BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(key))) % (uint)blocks);
        for (var n = 0; n < blocks; n++)
        {
            var first = First + ((start + n) % blocks * count);
            if (!taken.Any(other => Math.Abs(other - first) < count) && Enumerable.Range(first, count).All(CanBind))
            {
                return first;
            }
        }
        throw new WorkspaceException("ports_exhausted", $"No {count} ports in a row are free between {First} and {Last}. End what holds them.");
    }

    private static bool CanBind(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
