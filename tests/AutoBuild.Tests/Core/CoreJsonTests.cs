using System.Text.Json;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Core;

/// <summary>Holds the documents that cross a process or the wire.</summary>
public sealed class CoreJsonTests
{
    private static readonly DateTimeOffset At = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly RunSpec Spec = new()
    {
        Kind = RunKind.Agent,
        JobId = Guid.Parse("01890000-0000-7000-8000-000000000001"),
        Attempt = 2,
        Project = new(Guid.Parse("01890000-0000-7000-8000-000000000002"), "shop"),
        Ticket = new(Guid.Parse("01890000-0000-7000-8000-000000000003"), "Grüße \"&' ${x}", "line\nline\u0000\u2028"),
        Tree = new()
        {
            Repository = "/r", Path = "/p", GitDir = "/g", Branch = "autobuild/x", StartCommit = "s", BaseCommit = "b", TargetBranch = "main",
            CopyFrom = "/c", Home = "/h", Temp = "/t", PortBase = 20000,
        },
        Agent = new() { Name = "command", Command = "sh -c true", SessionId = "s", Message = "go on", Turn = 3, MaxTurns = 9 },
        Qa = new() { FixRounds = 1, Checks = [new() { Name = "tests", Command = "make test", TimeoutSeconds = 5, Required = false }], Cache = "/q" },
        Limits = new() { WallSeconds = 1.5, IdleSeconds = 2, RenewSeconds = 3, GraceSeconds = 0.5, LogBytes = 10 },
        SecretNames = ["KEY"],
        Context = "remember",
        AllowedEnvironment = ["LANG"],
    };

    private static readonly RunReport Report = new()
    {
        JobId = Spec.JobId,
        Attempt = 2,
        Outcome = RunOutcome.QaFailed,
        Commit = "c",
        Branch = "autobuild/x",
        ChangedFiles = ["a", "b c"],
        Qa = new()
        {
            Verdict = QaVerdict.NotRun,
            Commit = "c",
            Tree = "t",
            Source = "recipe",
            Reason = "nothing found",
            Checks = [new() { Name = "lint", Status = QaStatus.FailingOnBase, Required = false, Command = "l", ExitCode = 1, Seconds = 0.5, LogTail = "x", Reason = "r" }],
        },
        QaRounds = 4,
        Usage = new() { InputTokens = 1, OutputTokens = 2, CostUsd = 0.1234m, CostSource = CostSource.Agent, Turns = 3 },
        SessionId = "s",
        Question = "q?",
        Error = new("agent_crashed", "It crashed.", Retry: false),
        ResetAt = At,
        Summary = "done",
        StartedAt = At,
        FinishedAt = At,
    };

    private static readonly RunEvent Event = new()
    {
        Seq = 7, At = At, Kind = RunEventKind.CheckEnded, Phase = RunPhase.Qa, Text = "t", Name = "n", Round = 1, Usage = new() { Turns = 1 }, Pid = 9,
    };

    [Fact]
    public void Documents_come_back_as_they_were_sent()
    {
        RoundTrip(Spec);
        RoundTrip(Report);
        RoundTrip(Event);
        RoundTrip(new RunControl(RunControlKind.Message, At, "text"));
    }

    private static void RoundTrip<T>(T document)
    {
        var text = CoreJson.Write(document);

        Assert.DoesNotContain('\n', text);
        Assert.Equal(text, CoreJson.Write(CoreJson.Read<T>(text)));
        Assert.Equivalent(document, CoreJson.Read<T>(text), strict: true);
    }

    [Fact]
    public void Names_and_words_are_snake_case()
    {
        using var spec = JsonDocument.Parse(CoreJson.Write(Spec));
        using var report = JsonDocument.Parse(CoreJson.Write(Report));
        using var happened = JsonDocument.Parse(CoreJson.Write(Event));

        Assert.Equal("agent", spec.RootElement.GetProperty("kind").GetString());
        Assert.Equal(5, spec.RootElement.GetProperty("qa").GetProperty("checks")[0].GetProperty("timeout_seconds").GetInt32());
        Assert.Equal("qa_failed", report.RootElement.GetProperty("outcome").GetString());
        Assert.Equal("failing_on_base", report.RootElement.GetProperty("qa").GetProperty("checks")[0].GetProperty("status").GetString());
        Assert.Equal("not_run", report.RootElement.GetProperty("qa").GetProperty("verdict").GetString());
        Assert.Equal("check_ended", happened.RootElement.GetProperty("kind").GetString());
    }

    [Fact]
    public void A_job_shows_the_wire_and_hides_the_queue()
    {
        var text = CoreJson.Write(JobSamples.Job(JobState.RetryWait, charged: 3) with { Priority = Priority.Critical, Attempts = [new() { Number = 1, StartedAt = At, Outcome = AttemptOutcome.TimedOut, Fence = 4 }] });
        using var job = JsonDocument.Parse(text);
        var names = job.RootElement.EnumerateObject().Select(member => member.Name).ToList();

        Assert.Equal((3, "pending", 2), (job.RootElement.GetProperty("priority").GetInt32(), job.RootElement.GetProperty("status").GetString(), job.RootElement.GetProperty("retry_count").GetInt32()));
        Assert.Equal("timed_out", job.RootElement.GetProperty("attempts")[0].GetProperty("outcome").GetString());
        Assert.Equal(1, job.RootElement.GetProperty("attempts")[0].GetProperty("attempt").GetInt32());
        Assert.Equal(JsonValueKind.Null, job.RootElement.GetProperty("error_code").ValueKind);
        Assert.DoesNotContain("fence", text, StringComparison.Ordinal);
        Assert.Empty(names.Intersect(["state", "charged", "lease_expires_at", "heartbeat_at", "launch_failures", "agent_script", "cancel_cause"]));
    }

    [Theory]
    [InlineData("0", Priority.Low)]
    [InlineData("3", Priority.Critical)]
    [InlineData("\"high\"", Priority.High)]
    [InlineData("\"HIGH\"", Priority.High)]
    [InlineData("\"2\"", Priority.High)]
    public void A_priority_is_read_as_number_or_name(string json, Priority priority) =>
        Assert.Equal(priority, JsonSerializer.Deserialize<Priority>(json, CoreJson.Options));

    [Theory]
    [InlineData("4")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("\"urgent\"")]
    [InlineData("\"low,high\"")]
    [InlineData("\"\"")]
    public void Another_priority_is_refused(string json) =>
        Assert.Contains("expected 0, 1, 2, 3 or low", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Priority>(json, CoreJson.Options)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"seq\":1")]
    [InlineData("{\"seq\":1}")]
    [InlineData("{\"seq\":1,\"at\":\"2030-01-01T00:00:00Z\",\"kind\":3}")]
    [InlineData("{\"seq\":1,\"at\":\"2030-01-01T00:00:00Z\",\"kind\":\"nothing\"}")]
    public void A_broken_document_is_a_fault_with_a_code(string json) =>
        Assert.Equal("document_invalid", Assert.Throws<AutoBuildException>(() => CoreJson.Read<RunEvent>(json)).Code);

    [Fact]
    public void Members_of_a_newer_version_are_ignored() =>
        Assert.Equal(1, CoreJson.Read<RunEvent>("{\"seq\":1,\"at\":\"2030-01-01T00:00:00Z\",\"kind\":\"phase\",\"later\":{\"a\":[1]}}").Seq);
}
