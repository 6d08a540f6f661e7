using System.Diagnostics.Metrics;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Telemetry;

namespace AutoBuild.Orchestrator;

/// <summary>Measures how long the work takes at each stage, as it happens in this process.</summary>
public sealed class WorkMetrics(Instruments instruments)
{
    private const int MostChecks = 100;
    private static readonly double[] Work = [1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
    private static readonly double[] Waits = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800, 3600, 14_400, 86_400];

    private static readonly double[] Sizes = [1, 2, 4, 8, 16, 32, 64];

    private readonly FewValues _checks = new(MostChecks);

    private readonly Histogram<double> _wait = instruments.Seconds("autobuild.job.wait", "From the submit of a job to its first claim.", Waits, "priority");

    private readonly Histogram<double> _run = instruments.Seconds("autobuild.run", "From the start of a runner's work to its report.", Work, "agent", "outcome");

    private readonly Histogram<double> _agent = instruments.Seconds("autobuild.agent.turn", "From the start of an agent's process to its end; a run has one for each round.", Work, "agent");

    private readonly Histogram<double> _check = instruments.Seconds(
        "autobuild.check", "How long a check of a job's work ran, in its last round; its count tells how checks end. The first 100 names are told apart.", Work, "check", "status");

    private readonly Histogram<double> _landing = instruments.Seconds("autobuild.landing", "From the queueing of a landing to its end.", Work, "outcome");

    private readonly Histogram<double> _ticket = instruments.Seconds("autobuild.ticket", "From a ticket's first submit to its landing.", Work);

    private readonly Counter<long> _conflicts = instruments.Counter("autobuild.conflicts", "{conflict}", "Landings whose merge met a conflict.");

    private readonly Counter<long> _resolved = instruments.Counter(
        "autobuild.conflicts.resolved", "{conflict}", "Conflicts that were settled, by the last resort it took: engine, earlier (as resolved before), model, person.", "by");

    private readonly Counter<long> _callbacks = instruments.Counter("autobuild.callbacks.tries", "{try}", "Tries to deliver a callback: delivered or failed.", "result");

    private readonly Histogram<double> _batch = instruments.Histogram(
        "autobuild.train.batch", "{landing}", "How many landings a batch held that came to its end: landed, or culprit where one of them was found to fail.", Sizes, "outcome");

    private readonly Counter<long> _trainChecks = instruments.Counter("autobuild.train.checks", "{check}", "Runs of the checks on a merged tree of a train: passed or failed.", "result");

    private readonly Counter<long> _culprits = instruments.Counter(
        "autobuild.train.culprits", "{landing}", "Landings that were found to break the target: to their agent, or to a person.", "to");

    public void Claimed(Job job)
    {
        if (job is { Attempt: 1, DispatchedAt: { } at })
        {
            _wait.Record((at - job.CreatedAt).TotalSeconds, new KeyValuePair<string, object?>("priority", SnakeCase.Of(job.Priority)));
        }
    }

    public void Reported(Job job, RunReport report)
    {
        _run.Record((report.FinishedAt - report.StartedAt).TotalSeconds, new("agent", job.Agent), new("outcome", SnakeCase.Of(report.Outcome)));
        foreach (var check in report.Qa?.Checks ?? [])
        {
            _check.Record(check.Seconds, new("check", _checks.Of(check.Name)), new("status", SnakeCase.Of(check.Status)));
        }
    }

    public void AgentEnded(Job job, TimeSpan took) => _agent.Record(took.TotalSeconds, new KeyValuePair<string, object?>("agent", job.Agent));

    /// <summary>Heeds a landing's new state.</summary>
    public void Moved(Landing landing)
    {
        if (!LandingMachine.IsOpen(landing.State))
        {
            _landing.Record((landing.UpdatedAt - landing.CreatedAt).TotalSeconds, new KeyValuePair<string, object?>("outcome", SnakeCase.Of(landing.State)));
        }

        if (landing.State == LandingState.Conflict)
        {
            _conflicts.Add(1);
        }
        else if (landing is { State: LandingState.Landed, Resolved.Count: > 0 } && landing.ResolvedBy() is { } by and not ChunkStage.Person)
        {
            _conflicts.Add(1);
            Resolved(by);
        }
    }

    /// <param name="isWhole">Whether all of them landed.</param>
    public void Batched(int members, bool isWhole) => _batch.Record(members, new KeyValuePair<string, object?>("outcome", isWhole ? "landed" : "culprit"));

    public void Checked(bool passed, int count = 1) => _trainChecks.Add(count, new KeyValuePair<string, object?>("result", passed ? "passed" : "failed"));

    public void Culprit(bool sentBack, int count = 1) => _culprits.Add(count, new KeyValuePair<string, object?>("to", sentBack ? "agent" : "person"));

    public void TicketLanded(TimeSpan took) => _ticket.Record(took.TotalSeconds);

    public void Resolved(ChunkStage by, int count = 1) => _resolved.Add(count, new KeyValuePair<string, object?>("by", SnakeCase.Of(by)));

    public void CallbackTried(bool delivered, int count = 1) => _callbacks.Add(count, new KeyValuePair<string, object?>("result", delivered ? "delivered" : "failed"));

    /// <summary>Shows from the start what has not happened yet, so that a first time is seen as an increase.</summary>
    public void Begin()
    {
        CallbackTried(true, 0);
        CallbackTried(false, 0);
        Checked(true, 0);
        Checked(false, 0);
        Culprit(true, 0);
        Culprit(false, 0);
        _conflicts.Add(0);
        foreach (var by in Enum.GetValues<ChunkStage>())
        {
            Resolved(by, 0);
        }
    }
}
