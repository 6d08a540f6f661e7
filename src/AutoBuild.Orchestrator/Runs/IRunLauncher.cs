using AutoBuild.Core;
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
    // Asked for now so that the answer is there when the first job starts; a runner needn't try it all out again.
    private readonly Task<string?> _isolation = Task.Run(() => ProcessIsolation.Finding);

    public ProcessIdentity Start(RunFolder folder, RunSpec spec)
    {
        var own = options.Environment();
        string[] names = [.. spec.SecretNames.Concat(spec.CheckSecretNames).Distinct()];
        string?[] tail = [names.Length > 0 ? RunSecrets.Argument : null, _isolation.GetAwaiter().GetResult() is { } finding ? ProcessIsolation.Argument + finding : null];
        var command = new ChildCommand(options.RunnerCommand[0], [.. options.RunnerCommand.Skip(1), "runner", "--spec", folder.Spec, .. tail.OfType<string>()])
        {
            WorkingDirectory = folder.Path,
            Environment = RunnerEnvironment.Of(own, spec.AllowedEnvironment.Concat(spec.AgentVariables).Except(names)),
            StandardInput = names.Length > 0 ? Values(own, names) : default,
            Marker = spec.JobId.ToString(),
        };
        return DetachedProcess.Start(command, folder.RunnerLog);
    }

    private static byte[] Values(IReadOnlyDictionary<string, string> own, string[] names)
    {
        var document = RunSecrets.Write(own.Where(pair => names.Contains(pair.Key)).ToDictionary());
        return document.Length <= DetachedProcess.LongestInput
            ? document
            : throw new AutoBuildException("secrets_too_large", $"The agent's keys, agents.secrets and agents.check_secrets are {document.Length} bytes together, {DetachedProcess.LongestInput} at most. Hand a large one in as a file, with agents.logins.");
    }
}
