namespace AutoBuild.Client;

/// <summary>Names the files of the data directory that a client reads.</summary>
internal sealed record DataDirectory(string Path)
{
    public string Endpoints => System.IO.Path.Combine(Path, "endpoints.json");

    public string Token => System.IO.Path.Combine(Path, "token");

    public string Logs => System.IO.Path.Combine(Path, "logs");

    /// <summary>Chooses the directory: what was typed, else AUTOBUILD_DATA, else the user's data home.</summary>
    public static DataDirectory Find(string? typed, Func<string, string?> variable)
    {
        var path = Set(typed) ?? Set(variable("AUTOBUILD_DATA"));
        if (path is null)
        {
            var home = Set(variable("XDG_DATA_HOME")) ?? System.IO.Path.Combine(Set(variable("HOME")) ?? "/", ".local", "share");
            path = System.IO.Path.Combine(home, "autobuild");
        }

        return new DataDirectory(System.IO.Path.GetFullPath(path));
    }

    /// <summary>Returns the token of the server on this directory, or null where there is none yet.</summary>
    public string? ReadToken() => File.Exists(Token) ? File.ReadAllText(Token).Trim() : null;

    private static string? Set(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
