using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;
using AutoBuild.Runner.Journal;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Is what every stage of a run works with.</summary>
internal sealed record RunContext(RunSpec Spec, RunnerHost Host, RunValues Secrets, RunOutput Output, ControlFollower Control, RunStop Stop, Allowance Allowance)
{
    public EventLog Events => Output.Events;

    public CancellationToken Cancel => Stop.Token;

    /// <summary>Marks every process of this job, so that a sweep finds it.</summary>
    public string Marker => Spec.JobId.ToString();
}
