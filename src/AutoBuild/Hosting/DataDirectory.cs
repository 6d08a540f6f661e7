namespace AutoBuild.Hosting;

/// <summary>Names the files of a data directory that the server itself and its clients share.</summary>
internal sealed record DataDirectory(string Path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Database => System.IO.Path.Combine(Path, "autobuild.db");

    public string Endpoints => System.IO.Path.Combine(Path, "endpoints.json");

    public string Token => System.IO.Path.Combine(Path, "token");

    public string Logs => System.IO.Path.Combine(Path, "logs");

    public string ServerLog => System.IO.Path.Combine(Logs, "server.log");

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

    /// <summary>Makes the directory where it is missing, for its owner alone.</summary>
    public void Create()
    {
        Directory.CreateDirectory(Path, OwnerOnly);
        Directory.CreateDirectory(Logs, OwnerOnly);
    }

    /// <summary>Returns the token of the server on this directory, or null where there is none yet.</summary>
    public string? ReadToken() => File.Exists(Token) ? File.ReadAllText(Token).Trim() : null;

    private static string? Set(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
