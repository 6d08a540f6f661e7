using AutoBuild.Core.Qa;
using AutoBuild.Runner.Qa;

namespace AutoBuild.Tests.Qa;

public sealed class QaFeedbackTests
{
    [Fact]
    public void Tells_the_agent_what_failed_and_nothing_else()
    {
        var text = QaFeedback.Text(new QaReport
        {
            Verdict = QaVerdict.Failed,
            Commit = "abc123",
            Checks =
            [
                new() { Name = "lint", Status = QaStatus.Failed, Command = "npm run lint", ExitCode = 2, LogTail = "a.js:1 unused" },
                new() { Name = "slow", Status = QaStatus.Failed, Command = "npm run slow", Reason = "It timed out after 9 s." },
                new() { Name = "old", Status = QaStatus.FailingOnBase, Command = "x" },
                new() { Name = "optional", Status = QaStatus.Failed, Required = false, Command = "x" },
                new() { Name = "good", Status = QaStatus.Passed, Command = "x" },
            ],
        });

        Assert.Contains("on commit abc123.", text, StringComparison.Ordinal);
        Assert.Contains("## lint\n\nCommand: `npm run lint`\nResult: Exit code 2.\nLast lines of its output:\n\n```\na.js:1 unused\n```\n\n## slow\n\nCommand: `npm run slow`\nResult: It timed out after 9 s.\n", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("## ").Length - 1);
        Assert.DoesNotContain("{", text, StringComparison.Ordinal);
    }
}
