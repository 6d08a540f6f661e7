using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Core.Worktrees;
using AutoBuild.Storage.Spending;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Figures;

/// <summary>Counts facts in the transaction that makes them, and reads what is counted.</summary>
internal sealed class FigureWork(UnitOfWork work)
{
    public const string Attempt = "attempt";
    public const string Result = "result";
    public const string Landing = "landing";

    /// <summary>Counts one more.</summary>
    public void Count(string name, string label, string detail = "") => work.Session.Run("tally", ("name", name), ("label", label), ("detail", detail));

    public StoreFigures Read()
    {
        var jobs = work.Session.Many("figures_jobs", row => (
            Figure: new JobFigure(row.Id("project_id"), row.Text("name"), row.Word<JobState>("state"), (Priority)row.Int("priority"), row.Int("jobs")),
            Oldest: row.Time("oldest")));
        var counters = work.Session.Many("counters", row => (Name: row.Text("name"), Value: row.Long("value"))).ToDictionary(row => row.Name, row => row.Value);
        var waiting = jobs.Where(job => !job.Figure.State.IsActive()).ToList();
        return new StoreFigures
        {
            Jobs = [.. jobs.Select(job => job.Figure)],
            OldestWaitSeconds = waiting.Count == 0 ? 0 : Math.Max(0, (work.Now - waiting.Min(job => job.Oldest)).TotalSeconds),
            Paused = counters["paused"] != 0,
            Submitted = counters["seq"],
            Claimed = counters["fence"],
            Finished = new[] { JobStatus.Completed, JobStatus.Failed, JobStatus.Cancelled }.ToDictionary(status => status, status => counters[Words<JobStatus>.Of(status)]),
            Tallies = work.Session.Many("tallies", row => new Tally(row.Text("name"), row.Text("label"), row.Text("detail"), row.Long("count"))),
            Usage = work.Session.Many("figures_usage", LedgerRow.Read).ConvertAll(row => new UsageFigure(row.Key, row.Name ?? "", row.Usage)),
            Worktrees = ByState<WorktreeState>("figures_worktrees"),
            Landings = ByState<LandingState>("figures_landings"),
            CallbacksOwed = work.Session.Number("figures_callbacks"),
            Events = Math.Max(work.Events.Last(), counters["events_pruned_to"]),
        };
    }

    private Dictionary<T, int> ByState<T>(string statement)
        where T : struct, Enum => work.Session.Many(statement, row => (State: row.Word<T>("label"), Count: row.Int("count"))).ToDictionary(row => row.State, row => row.Count);
}
