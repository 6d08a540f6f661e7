namespace AutoBuild.Workspaces;

/// <summary>Makes the environment of an agent or a check from an allow-list: nothing of ours gets in by being forgotten.</summary>
public static class AgentEnvironment
{
    private static readonly string[] Proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"];

    private static readonly string[] Allowed = ["PATH", "LANG", "LANGUAGE", "TZ", "TERM", "COLORTERM", "USER", "LOGNAME", "SHELL", "DOTNET_ROOT", "JAVA_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", .. Proxies];

    /// <summary>Creates the environment and the folders it names.</summary>
    /// <param name="home">HOME; XDG_* folders lie inside.</param>
    /// <param name="temp">TMPDIR, TMP and TEMP.</param>
    /// <param name="extra">Set last, over everything: ports, the recipe's <c>env</c>, the secrets this process needs.</param>
    public static Dictionary<string, string> Create(string home, string temp, IReadOnlyDictionary<string, string>? extra = null)
    {
        var environment = new Dictionary<string, string>();
        foreach (var (name, value) in OwnEnvironment.Read())
        {
            if (MaySee(name))
            {
                environment[name] = value;
            }
        }
        environment.TryAdd("PATH", "/usr/local/bin:/usr/bin:/bin");
        foreach (var (name, folder) in Folders(home, temp))
        {
            environment[name] = Directory.CreateDirectory(folder).FullName;
        }
        environment["GIT_TERMINAL_PROMPT"] = "0";
        foreach (var (name, value) in extra ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }
        return environment;
    }

    internal static bool MaySee(string name) => Allowed.Contains(name) || name.StartsWith("LC_", StringComparison.Ordinal);

    /// <summary>PORT, PORT_1 … of a block, COMPOSE_PROJECT_NAME and DATABASE_NAME of a ticket.</summary>
    public static Dictionary<string, string> ForPorts(int portBase, string ticket, int count = PortBlock.DefaultCount)
    {
        var slug = string.Concat(ticket.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        var environment = new Dictionary<string, string>
        {
            ["PORT"] = $"{portBase}",
            ["COMPOSE_PROJECT_NAME"] = $"autobuild_{slug}",
            ["DATABASE_NAME"] = $"autobuild_{slug}",
        };
        for (var n = 1; n < count; n++)
        {
            environment[$"PORT_{n}"] = $"{portBase + n}";
        }
        return environment;
    }

    private static IEnumerable<(string Name, string Folder)> Folders(string home, string temp) =>
    [
        ("HOME", home), ("TMPDIR", temp), ("TMP", temp), ("TEMP", temp),
        ("XDG_CONFIG_HOME", Path.Combine(home, ".config")), ("XDG_CACHE_HOME", Path.Combine(home, ".cache")),
        ("XDG_DATA_HOME", Path.Combine(home, ".local", "share")), ("XDG_STATE_HOME", Path.Combine(home, ".local", "state")),
        ("XDG_RUNTIME_DIR", Path.Combine(temp, "run")),
    ];
}
