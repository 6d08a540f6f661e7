using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Tells the store what happened to landings, and heeds what that means.</summary>
public sealed class LandingSteps(IStore store, WorkMetrics metrics, TimeProvider time, ILogger<LandingSteps> log)
{
    /// <summary>Tells one; false where a person took it off meanwhile.</summary>
    public Task<bool> TellAsync(Landing landing, LandingInput input, CancellationToken cancel) => TellAsync([(landing, input)], cancel);

    /// <summary>Tells all of them at once; where one left meanwhile nothing is told, and false returned.</summary>
    public async Task<bool> TellAsync(IReadOnlyList<(Landing Landing, LandingInput Input)> steps, CancellationToken cancel)
    {
        if (steps.Count == 0)
        {
            return true;
        }

        var told = await store.ApplyLandingsAsync([.. steps.Select(step => (step.Landing.Id, step.Input))], cancel);
        if (!told.Done)
        {
            log.Refused(steps[0].Landing.Id, steps.Count, steps[0].Input.Trigger, told.Refusal.Code);
            return false;
        }

        foreach (var landing in told.Value)
        {
            await HeedAsync(landing);
        }

        return true;
    }

    /// <summary>Puts those back into the queue that are still under way.</summary>
    public async Task StartOverAsync(IEnumerable<Landing> landings, string why)
    {
        foreach (var landing in landings)
        {
            await TellAsync(landing, new LandingInput.StartOver(why), CancellationToken.None);
        }
    }

    /// <summary>Counts a landing in its new state.</summary>
    public async Task HeedAsync(Landing landing)
    {
        metrics.Moved(landing);
        if (landing.State == LandingState.Landed)
        {
            var jobs = await store.ListJobsAsync(new JobFilter(TicketId: landing.TicketId), new PageRequest(500), CancellationToken.None);
            metrics.TicketLanded(time.GetUtcNow() - jobs.Items.Min(job => job.CreatedAt));
        }
    }
}
