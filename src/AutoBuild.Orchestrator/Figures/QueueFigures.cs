using System.Diagnostics.Metrics;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;
using AutoBuild.Orchestrator.Queue;

namespace AutoBuild.Orchestrator.Figures;

/// <summary>Shows the queue and what came out of it, as the store counts them.</summary>
internal sealed class QueueFigures
{
    /// <summary>Projects that are told apart; the jobs of all further ones are counted as one.</summary>
    private const int MostProjects = 100;

    private static readonly string[] Results = ["passed", "failed", "not_run"];

    private readonly LatestFigures _figures;
    private readonly OrchestratorOptions _options;
    private readonly Admission _admission;

    public QueueFigures(Instruments instruments, LatestFigures figures, OrchestratorOptions options, Admission admission)
    {
        (_figures, _options, _admission) = (figures, options, admission);
        instruments.Gauge("autobuild.jobs", "{job}", "Unfinished jobs.", () => Of(Jobs), "state");
        instruments.Gauge("autobuild.project.jobs", "{job}", "Unfinished jobs of each project that has some; the 100 projects with the most are told apart.", () => Of(ProjectJobs), "project", "project_id", "priority", "state");
        instruments.Gauge("autobuild.queue.oldest_wait", "s", "Age of the oldest job that waits; 0 where none does.", () => Of(now => [new(now.OldestWaitSeconds)]));
        instruments.Gauge("autobuild.queue.slots", "{job}", "Jobs that may run at once.", () => [new(_options.Queue.MaxParallelJobs)]);
        instruments.Gauge("autobuild.queue.paused", "1", "1 while the queue is paused.", () => Of(now => [new(now.Paused ? 1 : 0)]));
        instruments.Gauge("autobuild.queue.held", "1", "1 for what the machine has too little of to start another job.", Held, "reason");
        instruments.Total("autobuild.jobs.submitted", "{job}", "Jobs ever submitted; kept over restarts.", () => Of(now => [new(now.Submitted)]));
        instruments.Total("autobuild.jobs.claimed", "{claim}", "Claims of jobs, each an attempt; kept over restarts.", () => Of(now => [new(now.Claimed)]));
        instruments.Total("autobuild.jobs.finished", "{job}", "Jobs that ended; kept over restarts.", () => Of(Finished), "status");
        instruments.Total("autobuild.attempts", "{attempt}", "Attempts that ended, with the error's code; kept over restarts.", () => Of(Attempts), "outcome", "code");
        instruments.Total("autobuild.results", "{job}", "Jobs that ended with changes, by the verdict of their checks; kept over restarts.", () => Of(Verdicts), "verdict");
        instruments.Gauge("autobuild.landings.open", "{landing}", "Landings on a train.", () => Of(Landings), "state");
        instruments.Total("autobuild.landings", "{landing}", "Landings that came to an end or a halt; kept over restarts.", () => Of(Landed), "outcome");
        instruments.Gauge("autobuild.callbacks.owed", "{callback}", "Callbacks that are still to be delivered.", () => Of(now => [new(now.CallbacksOwed)]));
        instruments.Total("autobuild.events", "{event}", "Events written to the event stream; kept over restarts.", () => Of(now => [new(now.Events)]));
    }

    private IEnumerable<Measurement<double>> Of(Func<StoreFigures, IEnumerable<Measurement<double>>> read) => _figures.Read() is { } now ? read(now) : [];

    private static IEnumerable<Measurement<double>> Jobs(StoreFigures now) =>
        from state in Enum.GetValues<JobState>()
        where !state.IsOver()
        select Measured(now.Jobs.Where(job => job.State == state).Sum(job => job.Jobs), ("state", SnakeCase.Of(state)));

    private static IEnumerable<Measurement<double>> ProjectJobs(StoreFigures now)
    {
        var kept = now.Jobs.GroupBy(job => job.ProjectId).OrderByDescending(project => project.Sum(job => job.Jobs)).Take(MostProjects).Select(project => project.Key).ToHashSet();
        return from job in now.Jobs
               let told = kept.Contains(job.ProjectId)
               group job by (Project: told ? job.Project : FewValues.Other, Id: told ? job.ProjectId.ToString() : "", job.Priority, job.State) into same
               select Measured(same.Sum(job => job.Jobs), ("project", same.Key.Project), ("project_id", same.Key.Id),
                   ("priority", SnakeCase.Of(same.Key.Priority)), ("state", SnakeCase.Of(same.Key.State)));
    }

    private IEnumerable<Measurement<double>> Held() => QueueHold.Reasons.Select(reason => Measured(_admission.Hold?.Reason == reason ? 1 : 0, ("reason", reason)));

    private static IEnumerable<Measurement<double>> Finished(StoreFigures now) => now.Finished.Select(status => Measured(status.Value, ("status", SnakeCase.Of(status.Key))));

    private static IEnumerable<Measurement<double>> Attempts(StoreFigures now) =>
        Tallied(now, "attempt").Select(tally => Measured(tally.Count, ("outcome", tally.Label), ("code", tally.Detail)));

    private static IEnumerable<Measurement<double>> Verdicts(StoreFigures now) =>
        Results.Select(verdict => Measured(Tallied(now, "result").Where(tally => tally.Label == verdict).Sum(tally => tally.Count), ("verdict", verdict)));

    private static IEnumerable<Measurement<double>> Landings(StoreFigures now) =>
        Enum.GetValues<LandingState>().Where(LandingMachine.IsOpen).Select(state => Measured(now.Landings.GetValueOrDefault(state), ("state", SnakeCase.Of(state))));

    private static IEnumerable<Measurement<double>> Landed(StoreFigures now) =>
        from state in Enum.GetValues<LandingState>()
        where !LandingMachine.IsOpen(state)
        let word = SnakeCase.Of(state)
        select Measured(Tallied(now, "landing").Where(tally => tally.Label == word).Sum(tally => tally.Count), ("outcome", word));

    private static IEnumerable<Tally> Tallied(StoreFigures now, string name) => now.Tallies.Where(tally => tally.Name == name);

    internal static Measurement<double> Measured(double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var tags = new KeyValuePair<string, object?>[labels.Length];
        for (var index = 0; index < labels.Length; index++)
        {
            tags[index] = new(labels[index].Name, labels[index].Value);
        }

        return new(value, tags);
    }
}
