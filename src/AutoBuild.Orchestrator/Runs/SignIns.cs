using AutoBuild.Core.Runs;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Finds what of an agent's own sign-in is there: in the server's environment and in the home of its user.</summary>
public sealed class SignIns(OrchestratorOptions options)
{
    /// <summary>Returns the names that have a value, and the files that exist; nothing where the configuration alone says what agents get.</summary>
    public AgentSignIn Of(string agent)
    {
        if (Known(agent) is not { } known)
        {
            return new AgentSignIn();
        }
        var own = options.Environment();
        bool IsSet(string name) => own.TryGetValue(name, out var value) && value.Length > 0;
        return known with
        {
            Secrets = [.. known.Secrets.Where(IsSet)],
            Variables = [.. known.Variables.Where(IsSet)],
            Logins = [.. known.Logins.Where(path => File.Exists(Path.Combine(options.UserHome, path)))],
        };
    }

    // What a person declared is configuration; what came with us asks for nothing unless it may.
    private AgentSignIn? Known(string agent) => options.Agents.Declared.GetValueOrDefault(agent) is { } declared
        ? options.Agents.SignIn || !declared.Preset ? declared.SignIn : null
        : options.Agents.SignIn ? AgentSignIn.Of(agent) : null;
}
