namespace AutoBuild.Client;

/// <summary>Says where a server listens and what it wants to see.</summary>
internal sealed record Connection(Uri Address, string? Token);

/// <summary>Holds the connection in use, and finds another when that one is lost.</summary>
/// <param name="find">Returns a living server; starts one where it may.</param>
internal sealed class ServerAddress(Func<CancellationToken, Task<Connection>> find)
{
    private Connection? _current;

    /// <summary>Whether a lost server can be replaced by another.</summary>
    public bool Movable { get; private init; } = true;

    /// <summary>Names a server that someone else runs.</summary>
    public static ServerAddress Fixed(string url, string? token)
    {
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new Core.AutoBuildException("wrong_use", $"--server expects an address such as http://127.0.0.1:8080, got '{url}'.");
        }

        return new ServerAddress(_ => Task.FromResult(new Connection(address, token))) { Movable = false };
    }

    public async Task<Connection> GetAsync(CancellationToken cancel) => _current ??= await find(cancel);

    /// <summary>Forgets a connection that failed.</summary>
    public void Lost(Connection connection)
    {
        if (ReferenceEquals(_current, connection))
        {
            _current = null;
        }
    }
}
