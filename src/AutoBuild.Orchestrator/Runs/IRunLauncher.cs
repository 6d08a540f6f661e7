using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Starts a runner for a run folder that holds its spec; here, or one day elsewhere.</summary>
public interface IRunLauncher
{
    /// <summary>Returns the process that outlives this one and is found again by its identity.</summary>
    ProcessIdentity Start(RunFolder folder, RunSpec spec);
}

/// <summary>Starts <c>autobuild runner</c> on this machine, in a session of its own.</summary>
public sealed class LocalLauncher(OrchestratorOptions options) : IRunLauncher
{
    public ProcessIdentity Start(RunFolder folder, RunSpec spec)
    {
        var command = new ChildCommand(options.RunnerCommand[0], [.. options.RunnerCommand.Skip(1), "runner", "--spec", folder.Spec])
        {
            WorkingDirectory = folder.Path,
            Marker = spec.JobId.ToString(),
        };
        return DetachedProcess.Start(command, folder.RunnerLog);
    }
}
