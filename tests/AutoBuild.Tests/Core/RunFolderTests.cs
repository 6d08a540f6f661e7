using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Core;

public sealed class RunFolderTests
{
    [Fact]
    public void A_run_lives_below_its_job_and_attempt()
    {
        var folder = RunFolder.Of("/data", Guid.Parse("01890000-0000-7000-8000-000000000001"), 2);

        Assert.Equal("/data/runs/01890000-0000-7000-8000-000000000001/2", folder.Path);
        Assert.Equal(
            ["spec.json", "events.ndjson", "agent.log", "runner.log", "control.ndjson", "report.json", "process.json"],
            new[] { folder.Spec, folder.Events, folder.AgentLog, folder.RunnerLog, folder.Control, folder.Report, folder.Process }.Select(Path.GetFileName));
    }
}
