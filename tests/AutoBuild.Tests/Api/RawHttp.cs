using System.Net.Sockets;
using System.Text;

namespace AutoBuild.Tests.Api;

/// <summary>Sends bytes as they are, for what no client library would send.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Sends one request on a connection of its own and reads until the server closes it; what comes back may be nothing.</summary>
    public static async Task<RawAnswer> SendAsync(Uri server, byte[] request)
    {
        using var client = await ConnectAsync(server);
        try
        {
            await client.GetStream().WriteAsync(request, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Refused before it was all sent: the answer is there all the same.
        }

        return await ReadAsync(client);
    }

    public static Task<RawAnswer> SendAsync(Uri server, string request) => SendAsync(server, Encoding.Latin1.GetBytes(request));

    public static async Task<TcpClient> ConnectAsync(Uri server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Host.Trim('[', ']'), server.Port, TestContext.Current.CancellationToken);
        return client;
    }

    public static async Task<RawAnswer> ReadAsync(TcpClient client)
    {
        using var all = new MemoryStream();
        try
        {
            await client.GetStream().CopyToAsync(all, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Cut off; what came until then counts.
        }

        return new RawAnswer(Encoding.UTF8.GetString(all.ToArray()));
    }
}

/// <summary>Is what came back, as text.</summary>
internal sealed record RawAnswer(string Text)
{
    public int Status => Text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(Text.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture) : 0;

    public string Head => Text.Split("\r\n\r\n", 2)[0];

    public string Body => Text.Split("\r\n\r\n", 2) is [_, var body] ? body : "";

    public bool Has(string code) => Body.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal);
}
