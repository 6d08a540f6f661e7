namespace AutoBuild.Workspaces;

/// <summary>Looks programs up the way execvp does.</summary>
public static class Executable
{
    /// <summary>The full path of a program, or null; <paramref name="path"/> is a PATH and defaults to ours.</summary>
    public static string? Find(string name, string? path = null)
    {
        if (name.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return File.Exists(name) ? Path.GetFullPath(name) : null;
        }
        return (path ?? Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Names(folder, name))
            .FirstOrDefault(IsExecutable);
    }

    private static IEnumerable<string> Names(string folder, string name) => OperatingSystem.IsWindows()
        ? [Path.Combine(folder, name + ".exe"), Path.Combine(folder, name + ".cmd"), Path.Combine(folder, name)]
        : [Path.Combine(folder, name)];

    private static bool IsExecutable(string file) => File.Exists(file)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
