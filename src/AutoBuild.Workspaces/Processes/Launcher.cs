using System.ComponentModel;
using System.Diagnostics;

namespace AutoBuild.Workspaces;

/// <summary>The one place that starts a process.</summary>
internal static class Launcher
{
    // As first process of a PID namespace sh reaps orphans and leaves the default signals to the child, which a child as first process would not have.
    // File 9 is our lifeline: when we die, all in here dies. A trap with a command, unlike an empty one, is not inherited: sh outlives the interrupt
    // and hands on the child's exit code. Where memory runs out, the kernel takes what is in here before runner and server.
    private const string Init = """
        { echo 800 >/proc/self/oom_score_adj; } 2>/dev/null
        { read -r _; if [ $$ -eq 1 ]; then kill -KILL -1; else kill -KILL -$$; fi; } <&9 >/dev/null 2>&1 &
        exec 9<&-
        trap : INT TERM
        "$@"
        exit $?
        """;

    /// <summary>Starts it with three pipes, in a session of its own, in a namespace and behind walls when asked for and possible; it may wait for <see cref="WallGate"/> to take the <see cref="Rest"/>.</summary>
    public static Process Start(ChildCommand command, string childId)
    {
        var environment = Environ(command, childId);
        string[] line = [Resolve(command, environment), .. command.Arguments];
        if (HasInit(command))
        {
            line = ["/bin/sh", "-c", Init, "sh", .. line];
        }
        if (command.Walls is { } walls && ProcessIsolation.Walls is { } way)
        {
            line = way.Wrap(walls, IsInNamespace(command), line);
        }
        else if (IsInNamespace(command))
        {
            line = [.. ProcessIsolation.Namespace!, .. line];
        }
        if (HasInit(command))
        {
            line = [.. Lifeline.Holder, .. line];
        }
        return Start([.. ProcessIsolation.Session, .. line], command.WorkingDirectory, environment);
    }

    /// <summary>What is left to do once it was started, and before anything is read or written.</summary>
    public static IReadOnlyList<WallStep> Rest(ChildCommand command) =>
        command.Walls is { } walls && ProcessIsolation.Walls is { } way ? way.Rest(walls) : [];

    /// <summary>Tells whether a child is the child of a shell of ours, which leads its session or is the first process of its namespace.</summary>
    public static bool HasInit(ChildCommand command) => command.Confinement != Confinement.None && OperatingSystem.IsLinux();

    public static bool IsInNamespace(ChildCommand command) => command.Confinement == Confinement.Namespace && ProcessIsolation.Namespace is not null;

    /// <summary>Starts it in a session of its own with its outputs appended to a file, so that it can outlive us.</summary>
    public static Process StartDetached(ChildCommand command, string logFile, string childId)
    {
        var environment = Environ(command, childId);
        string[] line = ["/bin/sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", logFile,
            Resolve(command, environment), .. command.Arguments];
        return Start([.. ProcessIsolation.Session, .. line], command.WorkingDirectory, environment);
    }

    /// <summary>Runs a probe; any failure, or more than 5 s, is a no.</summary>
    public static bool Succeeds(string fileName, string[] arguments, IReadOnlyList<WallStep>? rest = null)
    {
        try
        {
            using var process = Start([fileName, .. arguments], "/", new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin" });
            if (rest is { Count: > 0 })
            {
                WallGate.Open(process, rest);
            }
            process.StandardInput.Close();
            if (process.WaitForExit(TimeSpan.FromSeconds(5)))
            {
                return process.ExitCode == 0;
            }
            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (WorkspaceException)
        {
            return false;
        }
    }

    private static Process Start(string[] line, string? directory, IReadOnlyDictionary<string, string> environment)
    {
        var info = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = directory ?? "",
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }
        try
        {
#pragma warning disable RS0030 // This is the place.
            return Orphans.Start(() => Process.Start(info)!, process => process.Id);
#pragma warning restore RS0030
        }
        catch (Win32Exception e)
        {
            throw new WorkspaceException("command_failed", $"'{line[0]}' could not be started in '{directory}': {e.Message}.", e);
        }
    }

    private static string Resolve(ChildCommand command, Dictionary<string, string> environment)
    {
        if (command.WorkingDirectory is { } directory && !Directory.Exists(directory))
        {
            throw new WorkspaceException("directory_missing", $"The working directory '{directory}' does not exist.");
        }
        var name = command.FileName.Contains('/', StringComparison.Ordinal)
            ? Path.Combine(command.WorkingDirectory ?? Environment.CurrentDirectory, command.FileName)
            : command.FileName;
        return Executable.Find(name, environment.GetValueOrDefault("PATH"))
            ?? throw new WorkspaceException("command_missing", $"The command '{command.FileName}' was not found in PATH. Install it or give its full path.");
    }

    private static Dictionary<string, string> Environ(ChildCommand command, string childId)
    {
        var environment = command.Environment is { } given ? new Dictionary<string, string>(given) : OwnEnvironment.Read();
        if (command.Marker is { } marker)
        {
            environment[ProcessSweep.JobVariable] = marker;
        }
        environment[ProcessSweep.ChildVariable] = $"{Environment.GetEnvironmentVariable(ProcessSweep.ChildVariable)}:{childId}";
        return environment;
    }
}
