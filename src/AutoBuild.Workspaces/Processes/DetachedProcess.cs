namespace AutoBuild.Workspaces;

/// <summary>Starts a process that outlives us, such as a runner.</summary>
public static class DetachedProcess
{
    /// <summary>Starts it in a session of its own, standard input empty, both outputs appended to <paramref name="logFile"/>.</summary>
    /// <remarks>Only file, arguments, directory, environment and marker of the command count. While we live, it is reaped when it ends.</remarks>
    /// <exception cref="WorkspaceException">command_missing, directory_missing, command_failed.</exception>
    public static ProcessIdentity Start(ChildCommand command, string logFile)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(logFile))!);
        // The runtime reaps every child it started, also after this object is gone.
        using var process = Launcher.StartDetached(command, Path.GetFullPath(logFile), Guid.NewGuid().ToString("N"));
        process.StandardInput.Close();
        return ProcessIdentity.Of(process.Id) ?? new ProcessIdentity(process.Id, 0, "");
    }
}
