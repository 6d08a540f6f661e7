using AutoBuild.Agents;
using AutoBuild.Api;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Memory.Changelogs;
using AutoBuild.Memory.Index;
using AutoBuild.Memory.Search;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Orchestrator.Worktrees;

namespace AutoBuild.Contract;

internal static partial class Samples
{
    /// <summary>What each type looks like. A new type of the API gets its line here.</summary>
    private static readonly Dictionary<Type, Func<object>> All = new()
    {
        [typeof(Core.Projects.Project)] = Project,
        [typeof(ProjectList)] = () => new ProjectList([Project()], null),
        [typeof(ProjectBody)] = () => new ProjectBody { Name = "Shop", RepoPath = "/srv/shop", Agent = "claude", MaxParallelAgents = 3, Landing = "auto" },
        [typeof(ProjectStatus)] = () => new ProjectStatus("main", Head, Base, 1, 0, false, $"/var/lib/autobuild/repositories/{ProjectId}.git"),
        [typeof(SyncBody)] = () => new SyncBody("/srv/shop"),
        [typeof(Synced)] = () => new Synced($"/srv/shop now stands at {Head}.", "updated", "/srv/shop", "main", Base, Head, true),
        [typeof(Core.Tickets.Ticket)] = Ticket,
        [typeof(TicketList)] = () => new TicketList([Ticket()], "MTIzfDAxOTdjMGRl"),
        [typeof(TicketBody)] = () => new TicketBody { Title = "Add a greeting", Description = "The start page greets by name.", Status = "ready", Labels = ["ui"], MaxCostUsd = 2.5m },
        [typeof(Core.Jobs.Job)] = Job,
        [typeof(JobList)] = () => new JobList([Job()], "MTIzfDAxOTdjMGRl"),
        [typeof(SubmitBody)] = () => new SubmitBody { ProjectId = $"{ProjectId}", TicketId = $"{TicketId}", Prompt = "Add a greeting to the start page.", Priority = Core.Jobs.Priority.High },
        [typeof(Submitted)] = () => new Submitted(Waiting(), 1, "The job is queued at position 1."),
        [typeof(MessageBody)] = () => new MessageBody { Message = "Please add a test for the empty name too." },
        [typeof(Delivered)] = () => new Delivered(null, "The running job gets the message at its next turn."),
        [typeof(CallbackBody)] = () => new CallbackBody { JobId = $"{JobId}", Attempt = 1, TicketId = $"{TicketId}", Status = "success", PrUrl = "https://github.com/o/r/pull/7", PrNumber = 7, QaPassed = true, RunId = "8123456789" },
        [typeof(CallbackAccepted)] = () => new CallbackAccepted(JobId, 1, CallbackStatus.Success, "The report is taken."),
        [typeof(Delivery)] = Owed,
        [typeof(CallbackList)] = () => new CallbackList([Owed()], [new ReceivedCallback(1, CallbackStatus.Success, "8123456789", Noon.AddMinutes(6), false)], null),
        [typeof(AttemptToken)] = () => new AttemptToken(JobId, 1, "abc_0197c0de300070008000000000000003.1.bWFjLW9mLXRoZS1hdHRlbXB0LTAw"),
        [typeof(LogHits)] = () => new LogHits([new LogHit(1, 42, 2310, "2 passed, 0 failed")]),
        [typeof(Core.Landings.Landing)] = Landing,
        [typeof(LandingList)] = () => new LandingList([Landing()], null),
        [typeof(TrainBody)] = () => new TrainBody($"{ProjectId}", "main"),
        [typeof(ReasonBody)] = () => new ReasonBody("It waits for the new design."),
        [typeof(MoveBody)] = () => new MoveBody(Position: 1),
        [typeof(AgentLimit)] = Limit,
        [typeof(RadarPicture)] = Radar,
        [typeof(ResolveBody)] = () => new ResolveBody(Chunks: [new ChunkBody("src/start.js", 1, Text: "greet(name ?? 'all');\n")], Onto: Base),
        [typeof(Core.Worktrees.Worktree)] = Worktree,
        [typeof(WorktreeList)] = () => new WorktreeList([Worktree()], Stats, null),
        [typeof(WorktreeBody)] = () => new WorktreeBody($"{ProjectId}", "try/greeting", $"{TicketId}"),
        [typeof(Rescue)] = Saved,
        [typeof(PastResolution)] = Settled,
        [typeof(ResolutionList)] = () => new ResolutionList([Settled()], null),
        [typeof(RescueList)] = () => new RescueList([Saved()], null),
        [typeof(RestoreBody)] = () => new RestoreBody(BranchName: "saved/greeting"),
        [typeof(Restored)] = () => new Restored("/var/lib/autobuild/restored/greeting"),
        [typeof(AgentList)] = () => new AgentList([Agent()], "claude", null),
        [typeof(AgentCheckBody)] = () => new AgentCheckBody("sonnet"),
        [typeof(AgentChecked)] = () => new AgentChecked("claude", true, null, "claude works: it answered after 3.2 s, with sonnet.", "ready", "sonnet", 3.2, Used(120, 4, 0.0004m)),
        [typeof(QueueBody)] = Queue,
        [typeof(UsageBody)] = () => new UsageBody([new UsageRow("2026-11-21", null, Used(18200, 2400, 0.09m))], Used(18200, 2400, 0.09m)),
        [typeof(Health)] = () => new Health("healthy", "0.1.0", 3600.5, new QueueHealth(1, 2, 8, false), Stats, new Dictionary<string, string> { ["store"] = "ok", ["disk"] = "ok", ["queue"] = "ok" }),
        [typeof(DeepHealth)] = () => new DeepHealth("healthy", []),
        [typeof(MemoryBody)] = () => new MemoryBody { ProjectId = $"{ProjectId}", TicketId = $"{TicketId}", MemoryType = "decision", Content = "Dates are kept in UTC and shown in the reader's zone." },
        [typeof(MemoryChange)] = () => new MemoryChange { Content = "Dates are kept in UTC." },
        [typeof(ShownMemory)] = Remembered,
        [typeof(ShownMemories)] = () => new ShownMemories([Remembered()], 1),
        [typeof(Learnt)] = () => new Learnt(true),
        [typeof(RunFacts)] = () => new RunFacts { Project = ProjectId, Ticket = TicketId, Job = JobId, Asked = "Add a greeting", End = RunEnd.Landed, Changed = ["src/start.js"], Passed = [new PassedCheck("test", "npm test")], Commit = Head, Agent = "claude", At = Noon },
        [typeof(ContextBody)] = () => new ContextBody { ProjectId = $"{ProjectId}", TaskDescription = "Add a greeting to the start page.", MaxTokens = 2000 },
        [typeof(TaskContext)] = () => new TaskContext("src/start.js:1-9 …", [new ContextSource("src/start.js", 1, 9, ContextPart.Definition)], ["Tests stand in test/, named like the file they test."], 180),
        [typeof(LearnedPattern)] = Habit,
        [typeof(PatternEndpoints.PatternList)] = () => new PatternEndpoints.PatternList(ProjectId, [Habit()]),
        [typeof(PatternEndpoints.PatternChange)] = () => new PatternEndpoints.PatternChange { PatternContent = "Tests stand in test/." },
        [typeof(IndexBody)] = () => new IndexBody { ProjectId = $"{ProjectId}", RepoPath = "/srv/shop" },
        [typeof(IndexShown)] = () => new IndexShown(ProjectId, IndexState.Completed, 412, 3180, Head, 2_400_000, Noon, Noon.AddSeconds(1), 412, 412, new Dictionary<string, int> { ["binary"] = 9 }, null),
        [typeof(IndexPlanned)] = () => new IndexPlanned(412, 2_400_000, 2000, [new PlannedFolder("src/", 1_900_000)], new Dictionary<string, int> { ["secret"] = 1 }, [new SkippedFile(".env", 120, SkipReason.Secret)]),
        [typeof(FilesBody)] = () => new FilesBody { ProjectId = $"{ProjectId}", Files = [new GivenFile("notes/dates.md", "Dates are in UTC.")] },
        [typeof(FilesIndexed)] = () => new FilesIndexed(ProjectId, 1, 1, IndexState.Completed),
        [typeof(SearchBody)] = () => new SearchBody { ProjectId = $"{ProjectId}", Query = "where is the visitor greeted" },
        [typeof(SearchShown)] = () => new SearchShown([new SearchResult("src/start.js", "function greet(name) { … }", 0.82, 0, "JavaScript", 1, 9, "greet", new Dictionary<string, double> { ["lexical"] = 1 })], "where is the visitor greeted", 14, ["lexical", "chunk"], new Freshness(Head, 0, Noon, 0)),
        [typeof(ChangelogBody)] = () => new ChangelogBody { ProjectId = $"{ProjectId}", FromRef = "v1.2.0", ToRef = "HEAD" },
        [typeof(ChangelogShown)] = () => new ChangelogShown(ProjectId, "v1.2.0", "HEAD", [new ChangeEntry(ChangeKind.Added, "start", "greet by name", null, Head, $"https://github.com/example/shop/commit/{Head}", 12, "https://github.com/example/shop/pull/12", [], [$"{TicketId}"], ["A. Writer"], Noon)], "## v1.3.0 - 2026-11-22\n\n### Added\n\n- **start:** greet by name\n", ["A. Writer"], "v1.3.0"),
        [typeof(MemoryHealth)] = () => new MemoryHealth("healthy", "0.1.0", "memory-service", 3600.5, new Dictionary<string, string> { ["store"] = "ok" }),
        [typeof(Message)] = () => new Message("The queue is paused; running jobs finish."),
    };

    private static ShownMemory Remembered() => ShownMemory.Of(new MemoryEntry
    {
        Id = Guid.Parse("0197c0de-7000-7000-8000-000000000007"), ProjectId = ProjectId, TicketId = TicketId, MemoryType = MemoryType.Decision,
        Content = "Dates are kept in UTC and shown in the reader's zone.", Source = MemorySource.Person, MadeBy = "local", CreatedAt = Noon,
    });

    private static LearnedPattern Habit() => new()
    {
        Id = Guid.Parse("0197c0de-8000-7000-8000-000000000008"), ProjectId = ProjectId, PatternType = PatternType.TestConvention, PatternContent = "Tests stand in test/, named like the file they test.",
        SuccessCount = 3, CreatedAt = Noon, LastUsedAt = Noon, Provenance = [new PatternSource(TicketId, JobId, Head, true, Noon)],
    };

    private static WorktreeStats Stats => new(2, 16, 3, 48_000_000);

    private static RunUsage Used(long input, long output, decimal cost) => new() { InputTokens = input, OutputTokens = output, CostUsd = cost, CostSource = CostSource.Agent, Turns = 1 };
}
