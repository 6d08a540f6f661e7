using AutoBuild.Configuration;
using AutoBuild.Core;
using AutoBuild.Workspaces;

namespace AutoBuild.Hosting;

/// <summary>Names the files of a data directory that the server itself and its clients share.</summary>
internal sealed record DataDirectory(string Path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Database => System.IO.Path.Combine(Path, "autobuild.db");

    public string Endpoints => System.IO.Path.Combine(Path, "endpoints.json");

    public string Token => System.IO.Path.Combine(Path, "token");

    /// <summary>Configuration files in repositories that somebody took.</summary>
    public TrustedFiles TrustedConfigurations => new(System.IO.Path.Combine(Path, "trusted-configurations"));

    public string SecretKey => System.IO.Path.Combine(Path, "secret.key");

    /// <summary>The index of all projects.</summary>
    public string Memory => System.IO.Path.Combine(Path, "memory");

    public string Logs => System.IO.Path.Combine(Path, "logs");

    public string ServerLog => System.IO.Path.Combine(Logs, "server.log");

    /// <summary>Chooses the directory: what was typed, else AUTOBUILD_DATA, else the user's data home.</summary>
    public static DataDirectory Find(string? typed, Func<string, string?> variable)
    {
        var path = Set(typed) ?? Set(variable("AUTOBUILD_DATA"));
        if (path is null)
        {
            var home = Set(variable("XDG_DATA_HOME")) ?? System.IO.Path.Combine(Home(variable), ".local", "share");
            path = System.IO.Path.Combine(home, "autobuild");
        }

        return new DataDirectory(System.IO.Path.GetFullPath(path));
    }

    /// <summary>Makes the directory where it is missing, for its owner alone, and holds that it can be written; throws <c>disk_full</c>, <c>store_unwritable</c>.</summary>
    /// <param name="error">Is told when others could look into it.</param>
    public void Create(TextWriter error)
    {
        try
        {
            Directory.CreateDirectory(Path, OwnerOnly);
            Close(error);
            Directory.CreateDirectory(Logs, OwnerOnly);
            new FileStream(System.IO.Path.Combine(Logs, $".{Environment.ProcessId}.probe"), FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception fault) when (DiskSpace.IsExhausted(fault))
        {
            throw Full(fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AutoBuildException("store_unwritable", $"The data directory '{Path}' can't be made or written: {fault.Message} Mend its rights, or name another with --data.", fault);
        }
    }

    // Only what is ours is closed: somebody may have named a directory that others need.
    private void Close(TextWriter error)
    {
        if ((File.GetUnixFileMode(Path) & ~OwnerOnly) == 0)
        {
            return;
        }

        if (File.Exists(Database) || !Directory.EnumerateFileSystemEntries(Path).Any())
        {
            File.SetUnixFileMode(Path, OwnerOnly);
            error.WriteLine($"Others could look into '{Path}'; now only its owner can.");
        }
        else
        {
            error.WriteLine($"Others can look into '{Path}', which holds more than AutoBuild's data; a directory of its own is safer: --data DIR.");
        }
    }

    /// <summary>Says that its disk is full.</summary>
    public AutoBuildException Full(Exception fault) => new("disk_full", $"No space is left for the data directory '{Path}'. Free some and start again.", fault);

    /// <summary>Returns the token of the server on this directory, or null where there is none yet.</summary>
    public string? ReadToken() => File.Exists(Token) ? File.ReadAllText(Token).Trim() : null;

    // Without HOME, as under some service managers, the system still knows the user's.
    private static string Home(Func<string, string?> variable) => Set(variable("HOME")) ?? Set(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile))
        ?? throw new AutoBuildException("store_unwritable", "Neither HOME nor AUTOBUILD_DATA is set, so there is no place for the data directory. Name one with --data.");

    private static string? Set(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
