using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Orchestrator.Memory;

/// <summary>Gathers from the folders of a job's attempts what happened in them; a folder that has gone tells nothing.</summary>
internal sealed class RunFindings
{
    private readonly List<string> _read = [];
    private readonly List<string> _said = [];
    private readonly List<CheckSeen> _checks = [];
    private readonly List<int> _given = [];

    /// <summary>Paths that agents opened, each once.</summary>
    public IReadOnlyList<string> Read => [.. _read.Distinct()];

    /// <summary>What people said to a run while it went on.</summary>
    public IReadOnlyList<string> Said => _said;

    /// <summary>How checks of the work ended, in their order; those on the base are left out.</summary>
    public IReadOnlyList<CheckSeen> Checks => _checks;

    /// <summary>The attempts whose spec held a context.</summary>
    public IReadOnlyList<int> Given => _given;

    public static RunFindings Of(RunSpecs specs, Guid job, int attempts)
    {
        var found = new RunFindings();
        foreach (var attempt in Enumerable.Range(1, attempts))
        {
            found.Add(specs.FolderOf(job, attempt), attempt);
        }

        return found;
    }

    private void Add(RunFolder folder, int attempt)
    {
        if (SpecOf(folder) is { Context.Length: > 0 })
        {
            _given.Add(attempt);
        }

        var (tail, commit, commands) = (new EventTail(folder.Events, 0), default(string), new Dictionary<string, string>());
        while (tail.Read() is { Count: > 0 } events)
        {
            foreach (var happened in events)
            {
                commit = happened.Kind == RunEventKind.Committed ? happened.Name : commit;
                Add(happened, commit, commands);
            }
        }
    }

    private void Add(RunEvent happened, string? commit, Dictionary<string, string> commands)
    {
        switch (happened)
        {
            case { Kind: RunEventKind.FileRead, Name: { } path }:
                _read.Add(path);
                break;
            case { Kind: RunEventKind.Message, Name: "user", Text: { } text }:
                _said.Add(text);
                break;
            case { Kind: RunEventKind.CheckStarted, Name: { } name, Text: { } command, Round: not null }:
                commands[name] = command;
                break;
            case { Kind: RunEventKind.CheckEnded, Name: { } name, Text: { } text, Round: not null }:
                _checks.Add(new CheckSeen(name, commands.GetValueOrDefault(name) ?? name, text.StartsWith("failed", StringComparison.Ordinal), text.StartsWith("passed", StringComparison.Ordinal), commit));
                break;
            default:
                break;
        }
    }

    private static RunSpec? SpecOf(RunFolder folder)
    {
        try
        {
            return File.Exists(folder.Spec) ? CoreJson.Read<RunSpec>(File.ReadAllText(folder.Spec)) : null;
        }
        catch (Exception fault) when (fault is IOException or AutoBuildException)
        {
            return null;
        }
    }
}

/// <summary>Is how a check of the work ended.</summary>
/// <param name="Commit">Which it ran on, where that was told.</param>
internal sealed record CheckSeen(string Name, string Command, bool Failed, bool Passed, string? Commit);
