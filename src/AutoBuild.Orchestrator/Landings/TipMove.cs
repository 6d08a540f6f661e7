using AutoBuild.Core.Projects;
using AutoBuild.Core.Telemetry;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Is how a move of a target ended.</summary>
public abstract record TipMoved
{
    private TipMoved()
    {
    }

    /// <summary>The target holds the commit.</summary>
    public sealed record Done : TipMoved;

    /// <summary>It stands elsewhere meanwhile.</summary>
    public sealed record Behind : TipMoved;

    /// <summary>The source takes no push.</summary>
    public sealed record Refused(string Why) : TipMoved;
}

/// <summary>Moves a target to a commit that is proven, if it is where it was; a source of others' sees it first.</summary>
public static class TipMove
{
    /// <remarks>
    /// From here on it is carried to its end: a tip that moved without being told would be a lie. Landed means where others see it, so the
    /// source's branch moves first: the tip follows it, and never has to be taken back.
    /// </remarks>
    public static async Task<TipMoved> RunAsync(Project project, BareClone repository, string target, string onto, string commit)
    {
        using var span = Traces.Step("move");
        if (project.RepoPath is null && await PushAsync(repository, target, commit) is { } refusal)
        {
            return new TipMoved.Refused(refusal);
        }

        return await repository.MoveTipAsync(target, onto, commit, CancellationToken.None) || await IsDoneAsync(repository, target, commit, CancellationToken.None)
            ? new TipMoved.Done()
            : new TipMoved.Behind();
    }

    /// <summary>Tells whether the target holds the commit.</summary>
    public static async Task<bool> IsDoneAsync(BareClone repository, string target, string commit, CancellationToken cancel) =>
        await repository.ResolveAsync($"refs/heads/{target}", cancel) is { } tip
        && await repository.ResolveAsync(commit, cancel) is not null && await repository.ContainsAsync(commit, tip, cancel);

    private static async Task<string?> PushAsync(BareClone repository, string target, string commit)
    {
        try
        {
            var expected = await repository.ResolveAsync($"refs/remotes/origin/{target}", CancellationToken.None);
            return await repository.PushAsync(target, commit, expected, CancellationToken.None) is PushOutcome.Refused refused ? $"The remote refused the push: {refused.Reason}" : null;
        }
        catch (WorkspaceException fault)
        {
            return $"The remote can't be pushed to: {fault.Message}";
        }
    }
}
