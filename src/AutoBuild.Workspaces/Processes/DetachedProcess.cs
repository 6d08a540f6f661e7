using System.Diagnostics;

namespace AutoBuild.Workspaces;

/// <summary>Starts a process that outlives us, such as a runner.</summary>
public static class DetachedProcess
{
    /// <summary>What standard input takes at once; more would wait for the child to read.</summary>
    public const int LongestInput = 60_000;

    /// <summary>Starts it in a session of its own, both outputs appended to <paramref name="logFile"/>; its standard input is written before this returns.</summary>
    /// <remarks>Only file, arguments, directory, environment, marker and standard input of the command count. While we live, it is reaped when it ends.</remarks>
    /// <exception cref="WorkspaceException">command_missing, directory_missing, command_failed.</exception>
    public static ProcessIdentity Start(ChildCommand command, string logFile)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(command.StandardInput.Length, LongestInput);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(logFile))!);
        // The runtime reaps every child it started, also after this object is gone.
        using var process = Launcher.StartDetached(command, Path.GetFullPath(logFile), Guid.NewGuid().ToString("N"));
        Feed(process, command.StandardInput.Span);
        return ProcessIdentity.Of(process.Id) ?? new ProcessIdentity(process.Id, 0, "");
    }

    private static void Feed(Process process, ReadOnlySpan<byte> input)
    {
        try
        {
            using var pipe = process.StandardInput.BaseStream;
            pipe.Write(input);
        }
        catch (IOException)
        {
            // It ended without reading; whoever watches it will see.
        }
    }
}
