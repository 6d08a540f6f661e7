using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Takes the source's own commits in where both it and the tip have moved: merged, checked, and only then the tip moves, as for a landing.</summary>
public sealed class CatchUp(Clones clones, LandingCheck check, Warming warming) : IDisposable
{
    private const int MostTries = 3;

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Returns the tip once it contains its origin. Refusals: sync_conflict, sync_red, tip_busy.</summary>
    public async Task<Result<TipResult>> RunAsync(Project project, string target, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            for (var tries = 0; tries < MostTries; tries++)
            {
                var tip = await clones.FreshTipAsync(project, target, cancel);
                if (tip is not { Diverged: true, Origin: { } origin })
                {
                    return tip;
                }

                if (await TakeInAsync(project, target, tip.Tip, origin, cancel) is { } refusal)
                {
                    return refusal;
                }
            }

            return Refusals.Conflict("tip_busy", $"'{target}' moved each time its merge was checked. Try again when fewer landings are under way.");
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    // Null also where the tip moved meanwhile: the next look tells.
    private async Task<Refusal?> TakeInAsync(Project project, string target, string tip, string origin, CancellationToken cancel)
    {
        var repository = await clones.OpenAsync(project, cancel);
        switch (await repository.MergeAsync(tip, origin, LandingMerge.OriginMessage, cancel))
        {
            case MergeOutcome.Conflicted conflict:
                return Refusals.Conflict("sync_conflict",
                    $"Your commits on '{target}' and what has landed change the same lines: {string.Join(", ", conflict.Files.Select(file => file.Path))}. {UserCheckout.MergeByHand(repository, target)}");
            case MergeOutcome.Merged merged when await ObjectionAsync(new Candidate(project.Id, target, null, tip, merged.Commit), project, repository, cancel) is { } objection:
                return Refusals.Conflict("sync_red", $"Your commits on '{target}' and what has landed merge, but do not work together. {objection} {UserCheckout.MergeByHand(repository, target)}");
            case MergeOutcome.Merged merged when await repository.MoveTipAsync(target, tip, merged.Commit, CancellationToken.None):
                warming.Start(project);
                break;
        }

        return null;
    }

    private async Task<string?> ObjectionAsync(Candidate candidate, Project project, BareClone repository, CancellationToken cancel)
    {
        if (!project.QaEnabled)
        {
            return null;
        }

        await check.SweepAsync(candidate.Id);
        var report = await check.RunAsync(candidate, project, repository, cancel);
        return Evidence.Objection(person: true, report?.Qa, report?.Error?.Message, guessed: false);
    }
}
