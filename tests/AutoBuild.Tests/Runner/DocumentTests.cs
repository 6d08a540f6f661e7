using System.Collections;
using System.Text;
using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Runner.Journal;

namespace AutoBuild.Tests.Runner;

/// <summary>Holds the runner's own reader and writer to the documents that all others read and write through CoreJson.</summary>
public sealed class DocumentTests
{
    private static readonly RunSpec Full = new()
    {
        Kind = RunKind.Check,
        JobId = Guid.NewGuid(),
        Attempt = 3,
        Project = new RunProject(Guid.NewGuid(), "ä \"quoted\""),
        Ticket = new RunTicket(Guid.NewGuid(), "title", "prompt\nof\u0000lines 𐍈"),
        Tree = new RunTree
        {
            Repository = "r", Path = "p", GitDir = "g", Branch = "b", StartCommit = "s", BaseCommit = "c", TargetBranch = "t",
            CopyFrom = "f", Home = "h", Temp = "m", PortBase = 21000,
        },
        Agent = new RunAgent
        {
            Declaration = new AgentDeclaration
            {
                Name = "d", Command = [["p"], ["-m", "{model}"]], Resume = [["p", "{session}"]], Prompt = PromptPlace.File, Output = AgentOutput.Opencode,
                Environment = new Dictionary<string, string> { ["V"] = "1" }, SignIn = new AgentSignIn { Advice = "a" },
            },
            Name = "n", Command = "c", Script = "s", Model = "m", DefaultModel = "d", SessionId = "i", Message = "e", Turn = 2, MaxTurns = 7, Terms = new AgentTerms { Permission = AgentPermission.Edit, Allow = ["web"], Deny = ["shell:git push"] },
            SessionLeft = "l",
            Earlier = [new EarlierRun { Ended = "e", Summary = "s", Question = "q", Messages = ["m"], FailedChecks = ["f"] }],
        },
        Qa = new RunQa { Enabled = false, FixRounds = 1, Cache = "c", Checks = [new QaCheck { Name = "n", Command = "c", TimeoutSeconds = 5, Required = false }] },
        Limits = new RunLimits { WallSeconds = 1.5, IdleSeconds = 2.5, Repetitions = 7, NoProgressSeconds = 8.5, RenewSeconds = 3.5, GraceSeconds = 4.5, LogBytes = 5_000_000_000 },
        Budget = new RunBudget
        {
            CostUsd = 0.25m, Tokens = 4_000_000_000, Prices = new Dictionary<string, Price> { ["m"] = new Price(1, 2, 3, 4) },
            Session = new RunUsage { InputTokens = 6_000_000_000, CachedInputTokens = 1, CacheWriteTokens = 2, OutputTokens = 3, ReasoningTokens = 4, CostUsd = 0.5m, CostSource = CostSource.Prices, UnpricedTokens = 5, Turns = 6 },
        },
        SecretNames = ["one"],
        CheckSecretNames = ["three"],
        Logins = [new RunLogin("/home/user", ".cli/auth.json")],
        Generate = [new RunGenerate(["a.lock"], "make a.lock")],
        Walls = new RunWalls { Hidden = ["/data"], Writable = ["/cache"] },
        Context = "context",
        ContextNote = "it lacks something",
        AgentVariables = ["four"],
        AllowedEnvironment = ["two"],
    };

    [Fact]
    public void Every_member_of_a_spec_is_read()
    {
        AssertNothingIsDefault(Full, new RunSpec { Kind = RunKind.Agent, JobId = default, Attempt = 0, Project = null!, Tree = null!, Qa = null! });
        AssertNothingIsDefault(Full.Agent!, new RunAgent { Name = null! });
        AssertNothingIsDefault(Full.Agent!.Earlier[0], new EarlierRun { Ended = null! });
        AssertNothingIsDefault(Full.Agent!.Terms, new AgentTerms());
        AssertNothingIsDefault(Full.Qa, new RunQa());
        AssertNothingIsDefault(Full.Qa.Checks![0], new QaCheck { Name = null!, Command = null! });
        AssertNothingIsDefault(Full.Limits, new RunLimits());
        AssertNothingIsDefault(Full.Budget!, new RunBudget());
        AssertNothingIsDefault(Full.Budget!.Session!, new RunUsage());
        AssertNothingIsDefault(Full.Walls!, new RunWalls());
        AssertNothingIsDefault(Full.Tree, new RunTree { Repository = null!, Path = null!, GitDir = null!, Branch = null!, StartCommit = null!, BaseCommit = null!, TargetBranch = null!, Home = null!, Temp = null! });
        Assert.Equal(CoreJson.Write(Full), CoreJson.Write(Read(CoreJson.Write(Full))));
    }

    [Fact]
    public void Nulls_are_read_as_nulls()
    {
        var spare = Full with { Kind = RunKind.Agent, Ticket = null, Agent = null, Walls = null, Budget = new RunBudget { Session = new RunUsage() }, Qa = new RunQa(), Tree = Full.Tree with { CopyFrom = null } };
        Assert.Equal(CoreJson.Write(spare), CoreJson.Write(Read(CoreJson.Write(spare))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"kind\":\"dance\"}")]
    [InlineData("{\"kind\":\"agent\",\"job_id\":\"no\"}")]
    public void What_is_no_spec_is_refused(string json) => Assert.Equal("document_invalid", Assert.Throws<AutoBuildException>(() => Read(json)).Code);

    [Fact]
    public void An_event_is_written_as_everybody_else_writes_it()
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        var bare = new RunEvent { Seq = 1, At = at, Kind = RunEventKind.AgentStarted };
        var full = bare with { Phase = RunPhase.Qa, Text = "a \"b\" <é> 𐍈 \u0001", Name = "n", Round = 2, Pid = 3, SessionId = "s", Usage = Full.Budget!.Session };
        foreach (var what in Enum.GetValues<RunEventKind>().Select(kind => full with { Kind = kind }).Append(bare).Append(bare with { Usage = new RunUsage() }))
        {
            Assert.Equal(CoreJson.Write(what) + "\n", Encoding.UTF8.GetString(EventWriter.Line(what)));
        }
    }

    [Fact]
    public void A_report_is_written_as_everybody_else_writes_it()
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        var check = new QaCheckResult { Name = "n", Status = QaStatus.Failed, Required = false, Setup = true, Command = "c <é>", ExitCode = 2, Seconds = 0.25, LogTail = "a\n\u0001", Reason = "r" };
        var bareCheck = new QaCheckResult { Name = "b", Status = QaStatus.FailingOnBase };
        var qa = new QaReport { Verdict = QaVerdict.Failed, Commit = "c", Tree = "t", Checks = [check, bareCheck], Source = "s", Reason = "r" };
        var bare = new RunReport { JobId = Guid.NewGuid(), Attempt = 1, Outcome = RunOutcome.NoChanges };
        var full = bare with
        {
            Outcome = RunOutcome.QaFailed, Commit = "c", Branch = "b", ChangedFiles = ["one", "ä \"two\""], Qa = qa, QaRounds = 2, Usage = Full.Budget!.Session!,
            SessionId = "s", Session = Enum.GetValues<RunSession>()[^1], Question = "q", Error = new RunError("code", "a sentence", false, true), ResetAt = at, Summary = "𐍈", StartedAt = at, FinishedAt = at.AddSeconds(1),
        };
        AssertNothingIsDefault(full, new RunReport { JobId = default, Attempt = 0, Outcome = RunOutcome.Changed });
        AssertNothingIsDefault(full.Error, new RunError("", ""));
        AssertNothingIsDefault(qa, new QaReport { Verdict = QaVerdict.Passed, Commit = null! });
        AssertNothingIsDefault(check, new QaCheckResult { Name = null!, Status = QaStatus.Passed });
        RunReport[] reports = [bare, full, .. Enum.GetValues<QaVerdict>().Select(verdict => full with { Qa = qa with { Verdict = verdict } }), .. Enum.GetValues<RunOutcome>().Select(outcome => bare with { Outcome = outcome })];
        Assert.All(reports, report => Assert.Equal(CoreJson.Write(report) + "\n", Encoding.UTF8.GetString(ReportWriter.Write(report))));
        Assert.Equal(CoreJson.Write(qa) + "\n", Encoding.UTF8.GetString(ReportWriter.Write(qa)));
    }

    private static RunSpec Read(string json) => SpecReader.Read(Encoding.UTF8.GetBytes(json));

    // A member that somebody adds to the record has to be added to the sample, and then to the reader.
    private static void AssertNothingIsDefault<T>(T sample, T usual) where T : notnull
    {
        foreach (var property in typeof(T).GetProperties().Where(property => property.CanWrite))
        {
            var value = property.GetValue(sample);
            Assert.False(Equals(value, property.GetValue(usual)) || value is ICollection { Count: 0 }, $"{typeof(T).Name}.{property.Name} is not in the sample");
        }
    }
}
