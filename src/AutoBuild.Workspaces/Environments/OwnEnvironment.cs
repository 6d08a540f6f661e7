using System.Collections;

namespace AutoBuild.Workspaces;

/// <summary>The environment of this process.</summary>
public static class OwnEnvironment
{
    /// <summary>All variables as they are now; a copy that may be changed.</summary>
    public static Dictionary<string, string> Read() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
}
