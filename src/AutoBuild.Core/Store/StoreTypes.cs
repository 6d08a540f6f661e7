using AutoBuild.Core.Events;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Core.Store;

/// <summary>Says what a store can do; asked instead of its type.</summary>
/// <param name="SeveralProcesses">Whether more than one server may use it at once.</param>
/// <param name="PushesEvents">Whether <see cref="IStore.WaitForEventsAsync"/> wakes at once for writes of this process.</param>
public sealed record StoreCapabilities(bool SeveralProcesses, bool PushesEvents);

/// <summary>Makes a creating request repeatable.</summary>
/// <param name="Principal">Who asks.</param>
/// <param name="Route">What is asked, such as <c>POST /jobs</c>.</param>
/// <param name="Key">The client's word; 1 to 200 characters.</param>
/// <param name="RequestHash">Hash of the body; the same key with another hash is refused with <c>idempotency_key_reused</c>.</param>
public sealed record IdempotencyKey(string Principal, string Route, string Key, string RequestHash);

/// <summary>Is an answer to a request with a key, to be given again.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Location">Where the thing that was made is; null where none was.</param>
/// <param name="Body">JSON.</param>
public sealed record KeptAnswer(int Status, string? Location, string Body);

/// <summary>Is what a creating call made, or found already made under the same key.</summary>
public sealed record Created<T>(T Value, bool Replayed);

/// <summary>Asks for one page of a list.</summary>
/// <param name="Limit">1 to 500.</param>
/// <param name="Cursor">What the page before gave; null for the first. A broken one is a fault <c>cursor_invalid</c>.</param>
public sealed record PageRequest(int Limit = 50, string? Cursor = null);

public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

public sealed record ProjectFilter(bool Deleted = false, string? Source = null);

public sealed record TicketFilter(Guid? ProjectId = null, TicketState? Status = null);

public sealed record JobFilter(Guid? ProjectId = null, Guid? TicketId = null, JobStatus? Status = null);

public sealed record LandingFilter(Guid? ProjectId = null, LandingState? State = null, Guid? JobId = null);

/// <summary>Says where on its train a landing goes; exactly one is given.</summary>
/// <param name="Before">The landing that it goes before.</param>
/// <param name="After">The landing that it goes after.</param>
/// <param name="Position">Its place among those that wait, counted from 1; beyond the end is last.</param>
public sealed record TrainPlace(Guid? Before = null, Guid? After = null, int? Position = null);

public sealed record EventFilter(Guid? JobId = null, Guid? ProjectId = null, string? Kind = null);

/// <param name="Events">Oldest first; none with a reset.</param>
/// <param name="Reset">True where events between the asked id and the oldest kept are gone.</param>
/// <param name="Reached">Up to this id everything that fits was looked at: the next page begins after it. With a reset the newest id.</param>
public sealed record EventPage(IReadOnlyList<StoreEvent> Events, bool Reset, long Reached);

public sealed record NewProject
{
    public Guid? Id { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? RepoPath { get; init; }

    public string? RepoUrl { get; init; }

    public string? GithubRepoFullName { get; init; }

    public string? DefaultBranch { get; init; }

    public int MaxParallelAgents { get; init; } = 3;

    /// <summary>0 and null bound nothing.</summary>
    public decimal? MaxCostUsdPerDay { get; init; }

    public bool WorktreeEnabled { get; init; } = true;

    public bool QaEnabled { get; init; } = true;

    public bool MemoryEnabled { get; init; } = true;

    public LandingPolicy Landing { get; init; } = LandingPolicy.Manual;

    public string? Agent { get; init; }

    public Executor Executor { get; init; } = Executor.Local;
}

/// <summary>Names what changes; null leaves as it is.</summary>
public sealed record ProjectPatch
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    public string? DefaultBranch { get; init; }

    public int? MaxParallelAgents { get; init; }

    /// <summary>0 takes the bound away.</summary>
    public decimal? MaxCostUsdPerDay { get; init; }

    public bool? WorktreeEnabled { get; init; }

    public bool? QaEnabled { get; init; }

    public bool? MemoryEnabled { get; init; }

    public LandingPolicy? Landing { get; init; }

    public string? Agent { get; init; }

    public Executor? Executor { get; init; }
}

public sealed record NewTicket
{
    public Guid? Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required string Title { get; init; }

    public string Description { get; init; } = "";

    public Priority Priority { get; init; } = Priority.Normal;

    public TicketState Status { get; init; }

    /// <summary>Null puts it last.</summary>
    public double? Position { get; init; }

    public string? Agent { get; init; }

    public string? AgentCommand { get; init; }

    public string? AgentScript { get; init; }

    public string? Model { get; init; }

    public string? BaseBranch { get; init; }

    public IReadOnlyList<string> Labels { get; init; } = [];

    public LandingPolicy? Landing { get; init; }

    public decimal? MaxCostUsd { get; init; }

    public IReadOnlyList<string> Touches { get; init; } = [];

    public IReadOnlyList<Guid> DependsOn { get; init; } = [];
}

/// <summary>Names what changes; null leaves as it is.</summary>
public sealed record TicketPatch
{
    public string? Title { get; init; }

    public string? Description { get; init; }

    public Priority? Priority { get; init; }

    public double? Position { get; init; }

    public string? Agent { get; init; }

    public string? AgentCommand { get; init; }

    public string? AgentScript { get; init; }

    public string? Model { get; init; }

    public string? BaseBranch { get; init; }

    public IReadOnlyList<string>? Labels { get; init; }

    public LandingPolicy? Landing { get; init; }

    public decimal? MaxCostUsd { get; init; }

    public IReadOnlyList<string>? Touches { get; init; }

    /// <summary>All that it depends on from now on.</summary>
    public IReadOnlyList<Guid>? DependsOn { get; init; }
}

/// <summary>Submits a ticket to the queue.</summary>
public sealed record NewJob
{
    public required Guid ProjectId { get; init; }

    /// <summary>Made under this id if unknown.</summary>
    public required Guid TicketId { get; init; }

    /// <summary>Title of a ticket that has to be made; default: the prompt's first line.</summary>
    public string? TicketTitle { get; init; }

    public string? TicketDescription { get; init; }

    /// <summary>Null freezes the ticket's own text.</summary>
    public string? Prompt { get; init; }

    public Priority? Priority { get; init; }

    public string? BaseBranch { get; init; }

    public string? Agent { get; init; }

    public string? AgentCommand { get; init; }

    public string? AgentScript { get; init; }

    /// <summary>Null is the ticket's.</summary>
    public string? Model { get; init; }

    public string? CallbackUrl { get; init; }

    /// <summary>Sealed already.</summary>
    public string? CallbackSecret { get; init; }

    public decimal? MaxCostUsd { get; init; }

    public Executor? Executor { get; init; }

    public Guid? RetryOf { get; init; }

    public Guid? Continues { get; init; }

    /// <summary>The landing whose failure the message tells; passed work then lands as that one was approved to.</summary>
    public Guid? ReworkOf { get; init; }

    /// <summary>The message a continuing job answers.</summary>
    public string? Message { get; init; }

    public DateTimeOffset? RunAt { get; init; }

    public string? CreatedBy { get; init; }

    /// <summary>The W3C traceparent that what follows joins; null keeps no trace.</summary>
    public string? Trace { get; init; }
}

/// <summary>Names what is recorded on a running job; null leaves as it is.</summary>
public sealed record JobNote
{
    public RunPhase? Phase { get; init; }

    public string? BaseCommit { get; init; }

    public string? BaseBranch { get; init; }

    public Guid? WorktreeId { get; init; }

    public string? SessionId { get; init; }

    public int? QaRounds { get; init; }
}

/// <summary>Counts the queue now.</summary>
public sealed record QueueStats
{
    public int TotalJobs { get; init; }

    /// <summary>Waiting in any way: pending, blocked, queued, retry_wait.</summary>
    public int PendingJobs { get; init; }

    /// <summary>Those holding a slot.</summary>
    public int RunningJobs { get; init; }

    public int CompletedJobs { get; init; }

    /// <summary>Failed and timed out.</summary>
    public int FailedJobs { get; init; }

    public int CancelledJobs { get; init; }

    /// <summary>Unfinished jobs by project id.</summary>
    public IReadOnlyDictionary<Guid, int> JobsByProject { get; init; } = new Dictionary<Guid, int>();

    /// <summary>Waiting jobs by priority.</summary>
    public IReadOnlyDictionary<Priority, int> ByPriority { get; init; } = new Dictionary<Priority, int>();

    public double? OldestPendingSeconds { get; init; }

    /// <summary>The agents whose providers take no more for now.</summary>
    public IReadOnlyList<AgentLimit> Limits { get; init; } = [];

    public int MaxWorkers { get; init; }

    public bool Paused { get; init; }
}
