namespace AutoBuild.Workspaces;

/// <summary>Makes the environment of a runner's own process: what .NET and git need, and none of the server's secrets.</summary>
public static class RunnerEnvironment
{
    private static readonly string[] Allowed = ["HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"];

    /// <summary>Chooses from the server's variables.</summary>
    /// <param name="own">All of them.</param>
    /// <param name="more">Names of those that agents may see.</param>
    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, string> own, IEnumerable<string> more)
    {
        string[] names = [.. Allowed, .. more];
        return own.Where(pair => AgentEnvironment.MaySee(pair.Key) || pair.Key.StartsWith("DOTNET_", StringComparison.Ordinal) || names.Contains(pair.Key)).ToDictionary();
    }
}
