namespace AutoBuild.Core.Runs;

/// <summary>Names the files of <c>DATA/runs/&lt;job&gt;/&lt;attempt&gt;/</c>, the seam between launcher and runner.</summary>
public sealed record RunFolder(string Path)
{
    /// <summary>Where the folders of all jobs lie.</summary>
    public static string Root(string data) => System.IO.Path.Combine(data, "runs");

    public static RunFolder Of(string data, Guid job, int attempt) =>
        new(System.IO.Path.Combine(Root(data), job.ToString(), attempt.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    public string Spec => System.IO.Path.Combine(Path, "spec.json");

    public string Events => System.IO.Path.Combine(Path, "events.ndjson");

    /// <summary>Raw output of the agent, setup and checks.</summary>
    public string AgentLog => System.IO.Path.Combine(Path, "agent.log");

    /// <summary>Folder of the newest raw output while the log is over its cap and not yet closed: files named by where in the output they begin.</summary>
    public string AgentLogTail => System.IO.Path.Combine(Path, "agent.log.tail");

    /// <summary>What the runner's own process printed; empty unless it broke.</summary>
    public string RunnerLog => System.IO.Path.Combine(Path, "runner.log");

    public string Control => System.IO.Path.Combine(Path, "control.ndjson");

    public string Report => System.IO.Path.Combine(Path, "report.json");

    /// <summary>Identity of the runner's process: pid, start time, boot id.</summary>
    public string Process => System.IO.Path.Combine(Path, "process.json");

    /// <summary>What the runner saw below it that carries no mark of the job; there only where something was seen.</summary>
    public string Unmarked => System.IO.Path.Combine(Path, "unmarked.txt");
}
