using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Agents;

/// <summary>Is the list of agents as the wire shows it.</summary>
/// <param name="Default">The agent of tickets and projects that name none.</param>
/// <param name="Salt">Stands before what is fingerprinted; only for an admin.</param>
internal sealed record AgentList(IReadOnlyList<AgentBody> Agents, string? Default, string? Salt);

/// <summary>Is one agent as the wire shows it: what is there, never a value.</summary>
internal sealed record AgentBody
{
    public required string Name { get; init; }

    public required string Program { get; init; }

    /// <summary>Where the program is; null where it is not installed.</summary>
    public string? Path { get; init; }

    /// <summary>As the program tells it; null where it doesn't.</summary>
    public string? Version { get; init; }

    /// <summary>The version that AutoBuild was tried with.</summary>
    public string? TriedWith { get; init; }

    /// <summary>How the version stands to the tried one, in words.</summary>
    public string? VersionNote { get; init; }

    /// <summary>The command that installs the tried version.</summary>
    public string? Install { get; init; }

    /// <summary>Names of variables and files by which it is signed in; empty where it isn't, as far as can be seen.</summary>
    public required IReadOnlyList<string> SignedInBy { get; init; }

    /// <summary>The variables of its provider.</summary>
    public required IReadOnlyList<AgentVariable> Variables { get; init; }

    /// <summary>How to sign in.</summary>
    public required string Advice { get; init; }

    /// <summary>preset or configuration; null for those built in.</summary>
    public string? Declared { get; init; }

    /// <summary>What is set against updates, telemetry and traffic at start.</summary>
    public required IReadOnlyList<string> Quiet { get; init; }
}

/// <param name="Set">Whether the server has a value for it.</param>
/// <param name="Fingerprint">SHA-256 of salt, name and value, cut; only for an admin.</param>
internal sealed record AgentVariable(string Name, bool Set, string? Fingerprint);

/// <summary>Is the body of a trial.</summary>
/// <param name="Model">Default: what the agent takes by itself.</param>
internal sealed record AgentCheckBody(string? Model);

/// <summary>Is what came of a trial.</summary>
/// <param name="Ok">Whether the agent answered.</param>
/// <param name="Code">Why not, as on a job; null where it answered.</param>
/// <param name="Sentence">The same for people.</param>
/// <param name="Answer">What it said.</param>
/// <param name="Seconds">From start to end.</param>
internal sealed record AgentChecked(string Name, bool Ok, string? Code, string Sentence, string? Answer, string? Model, double Seconds, RunUsage Usage)
{
    public static AgentChecked Of(AgentBody agent, TrialResult trial)
    {
        var (report, seconds) = (trial.Report, Math.Round((trial.Report.FinishedAt - trial.Report.StartedAt).TotalSeconds, 1));
        var code = trial.Answered ? null : report.Error?.Code ?? "agent_failed";
        var sentence = trial.Answered ? $"{agent.Name} works: it answered after {seconds:0.0} s{(trial.Model is null ? "" : $", with {trial.Model}")}." : Failure(report, trial.LastWords);
        if (!trial.Answered && agent.SignedInBy.Count == 0 && (agent.Advice.Length == 0 || !sentence.EndsWith(agent.Advice, StringComparison.Ordinal)))
        {
            sentence = $"{sentence} It is not signed in, as far as can be seen. {agent.Advice}".TrimEnd();
        }
        return new AgentChecked(agent.Name, trial.Answered, code, sentence, report.Summary, trial.Model, seconds, report.Usage);
    }

    private static string Failure(RunReport report, string? lastWords) => report.Outcome == RunOutcome.TimedOut && lastWords is not null
        ? $"It gave no answer within {AgentTrial.Longest.TotalSeconds:0} s. Its last words: {lastWords}"
        : report.Error?.Message ?? "It ended without an answer.";
}
