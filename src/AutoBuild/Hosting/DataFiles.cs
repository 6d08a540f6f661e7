namespace AutoBuild.Hosting;

/// <summary>Names the files of a data directory that the server itself writes.</summary>
internal sealed record DataFiles(string Directory)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Database => Path.Combine(Directory, "autobuild.db");

    public string Token => Path.Combine(Directory, "token");

    public string Endpoints => Path.Combine(Directory, "endpoints.json");

    public string Log => Path.Combine(Directory, "logs", "server.log");

    /// <summary>Makes the directory where it is missing, for its owner alone.</summary>
    public static DataFiles Open(string directory)
    {
        System.IO.Directory.CreateDirectory(directory, OwnerOnly);
        var files = new DataFiles(directory);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(files.Log)!, OwnerOnly);
        return files;
    }
}
