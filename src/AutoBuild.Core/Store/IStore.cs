using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;

namespace AutoBuild.Core.Store;

/// <summary>
/// Keeps everything that must survive: projects, tickets, jobs, landings, worktrees and the events of their changes.
/// Every write is one durable transaction that also writes its events; when a call returns, the write survives a power cut.
/// States are decided by the machines of Core, a store persists what they return. All calls may run at once from any thread.
/// </summary>
public interface IStore : IAsyncDisposable
{
    StoreCapabilities Capabilities { get; }

    /// <summary>The store's own clock, the only one that leases are compared with.</summary>
    Task<DateTimeOffset> NowAsync(CancellationToken cancel);

    // Projects

    /// <summary>Makes a project; the same key and request give the first answer again.</summary>
    Task<Result<Created<Project>>> CreateProjectAsync(NewProject project, IdempotencyKey? key, CancellationToken cancel);

    /// <summary>Returns what the key has made already, or why it can't be used; null where it is new. For callers to whom making costs more than the row.</summary>
    Task<Result<Created<Project>>?> FindMadeProjectAsync(IdempotencyKey key, CancellationToken cancel);

    Task<Project?> GetProjectAsync(Guid id, CancellationToken cancel);

    Task<Page<Project>> ListProjectsAsync(ProjectFilter filter, PageRequest page, CancellationToken cancel);

    /// <summary>Changes what the patch names; a new cap holds from the next claim on.</summary>
    Task<Result<Project>> UpdateProjectAsync(Guid id, ProjectPatch patch, CancellationToken cancel);

    /// <summary>Marks a project deleted; refused with <c>project_busy</c> while a job of it holds a slot. Its waiting jobs are cancelled.</summary>
    Task<Result<Project>> DeleteProjectAsync(Guid id, TimeSpan keep, CancellationToken cancel);

    Task<Result<Project>> RestoreProjectAsync(Guid id, CancellationToken cancel);

    // Tickets

    /// <summary>Makes a ticket in backlog or ready; with status in_progress it is made ready (the caller submits it).</summary>
    Task<Result<Created<Ticket>>> CreateTicketAsync(NewTicket ticket, IdempotencyKey? key, CancellationToken cancel);

    Task<Ticket?> GetTicketAsync(Guid id, CancellationToken cancel);

    Task<Page<Ticket>> ListTicketsAsync(TicketFilter filter, PageRequest page, CancellationToken cancel);

    /// <summary>Changes texts and settings; the text of a submitted job stays as it was frozen.</summary>
    Task<Result<Ticket>> UpdateTicketAsync(Guid id, TicketPatch patch, CancellationToken cancel);

    /// <summary>
    /// Applies a trigger that is no job: Shelve, Ready, Close. (Start is a submit, Withdraw a cancel.)
    /// </summary>
    Task<Result<Ticket>> MoveTicketAsync(Guid id, TicketTrigger trigger, CancellationToken cancel);

    /// <summary>Drops a ticket; refused with <c>ticket_busy</c> while a job of it is unfinished or a landing is open.</summary>
    Task<Result<Ticket>> DeleteTicketAsync(Guid id, CancellationToken cancel);

    /// <summary>Makes one ticket wait for another to land; refused with <c>dependency_cycle</c>, or across projects.</summary>
    Task<Result<Ticket>> AddDependencyAsync(Guid id, Guid dependsOn, CancellationToken cancel);

    /// <summary>Removes the edge; a job that only this one blocked is queued in the same transaction.</summary>
    Task<Result<Ticket>> RemoveDependencyAsync(Guid id, Guid dependsOn, CancellationToken cancel);

    // Jobs

    /// <summary>
    /// Submits a ticket (made if unknown): freezes its text, moves the ticket to in_progress, queues the job or blocks it.
    /// Refused with <c>ticket_busy</c> while the ticket has an unfinished job or an open landing, <c>budget_used_up</c>, <c>project_not_found</c>, <c>illegal_move</c>.
    /// </summary>
    Task<Result<Created<Job>>> SubmitJobAsync(NewJob job, IdempotencyKey? key, CancellationToken cancel);

    /// <summary>Returns the job with its attempts.</summary>
    Task<Job?> GetJobAsync(Guid id, CancellationToken cancel);

    Task<Page<Job>> ListJobsAsync(JobFilter filter, PageRequest page, CancellationToken cancel);

    /// <summary>Returns every job that holds a slot, with its fence.</summary>
    Task<IReadOnlyList<Job>> ListActiveJobsAsync(CancellationToken cancel);

    /// <summary>
    /// Takes up to <paramref name="slots"/> jobs for a worker: priority with ageing, then round-robin between projects,
    /// never above a project's or the global cap. Each comes back dispatched, with a new fence and lease. None while paused.
    /// </summary>
    Task<IReadOnlyList<Job>> ClaimAsync(string workerId, int slots, CancellationToken cancel);

    /// <summary>
    /// Applies what happened to a job, with all that follows from it in the same transaction: the attempt's end, the ticket's move,
    /// an automatic landing, the jobs that become free. A null fence is for what people and timers do; a wrong one is refused with <c>stale_fence</c>.
    /// </summary>
    Task<Result<Job>> ApplyAsync(Guid id, long? fence, JobInput input, CancellationToken cancel);

    /// <summary>
    /// Applies what happened as <see cref="ApplyAsync"/> does. Where the job ends by it, otherwise than by a cancel, the one that continues it is
    /// submitted in the same transaction, and its work does not land by itself; a submit that is refused leaves the end as it is.
    /// </summary>
    Task<Result<Job>> EndAsync(Guid id, long fence, JobInput input, NewJob continuation, CancellationToken cancel);

    /// <summary>Records facts of a running job that are no state: phase, base commit, worktree, session.</summary>
    Task<bool> NoteAsync(Guid id, long fence, JobNote note, CancellationToken cancel);

    /// <summary>Renews the leases of living runners in one transaction; returns those that still hold, with cancel requests.</summary>
    Task<IReadOnlyList<Job>> RenewAsync(IReadOnlyCollection<(Guid Id, long Fence)> jobs, CancellationToken cancel);

    /// <summary>Returns active jobs whose lease has run out by the store's clock; <see cref="JobInput.LeaseExpired"/> asks it again before one is given up.</summary>
    Task<IReadOnlyList<Job>> ListExpiredAsync(CancellationToken cancel);

    /// <summary>Queues every waiting job whose time has come; returns how many.</summary>
    Task<int> PromoteDueAsync(CancellationToken cancel);

    Task<QueueStats> GetQueueStatsAsync(CancellationToken cancel);

    /// <summary>Returns what is counted, for whoever charts it.</summary>
    Task<StoreFigures> GetFiguresAsync(CancellationToken cancel);

    Task SetQueuePausedAsync(bool paused, CancellationToken cancel);

    // Callbacks

    /// <summary>
    /// Says what a callback would do: count, repeat what was taken, come late. Refused with <c>stale_attempt</c>, <c>callback_differs</c>, <c>job_already_finished</c>, <c>job_not_found</c>.
    /// </summary>
    Task<Result<CallbackTaken>> JudgeCallbackAsync(RunnerCallback callback, CancellationToken cancel);

    /// <summary>Judges again and does it: the end of the attempt and the record by which a repeat is known are one transaction.</summary>
    /// <param name="continuation">As in <see cref="EndAsync"/>; null where there is none.</param>
    Task<Result<CallbackTaken>> TakeCallbackAsync(RunnerCallback callback, NewJob? continuation, CancellationToken cancel);

    /// <summary>Returns the callbacks that came for a job, by attempt.</summary>
    Task<IReadOnlyList<ReceivedCallback>> ListReceivedCallbacksAsync(Guid jobId, CancellationToken cancel);

    /// <summary>Returns what is owed to a job's receiver, or was; written in the transaction that ends the job.</summary>
    Task<IReadOnlyList<Delivery>> ListDeliveriesAsync(Guid jobId, CancellationToken cancel);

    /// <summary>Returns what is due to be sent, the longest due first, at most so many for each host.</summary>
    Task<IReadOnlyList<Delivery>> ListDueDeliveriesAsync(int perHost, CancellationToken cancel);

    /// <summary>Records a try; the last one that is allowed ends it.</summary>
    Task RecordDeliveryAsync(Guid id, DeliveryTry tried, CancellationToken cancel);

    /// <summary>Makes a delivery due now, with all its tries; refused with <c>callback_not_found</c>.</summary>
    Task<Result<Delivery>> RedeliverAsync(Guid jobId, Guid id, CancellationToken cancel);

    // Spending

    /// <summary>
    /// Counts what an attempt told that it used, in the job too; each event once, however often it is told, also after the attempt was given up.
    /// Returns a cap that is reached with it.
    /// </summary>
    Task<Cap?> CountUsageAsync(Guid jobId, int attempt, IReadOnlyList<UsageTold> told, CancellationToken cancel);

    /// <summary>Counts what a model of the server itself used for a job, under the agent <c>merge</c>; each call counts, whatever its number.</summary>
    Task CountModelUsageAsync(Guid jobId, UsageTold told, CancellationToken cancel);

    /// <summary>Returns the caps that hold for a job, each with what was spent under it: of its ticket, of its project today, of all today.</summary>
    Task<IReadOnlyList<Cap>> GetCapsAsync(Job job, CancellationToken cancel);

    /// <summary>Returns what a session has used in all its runs.</summary>
    Task<RunUsage> GetSessionUsageAsync(string sessionId, CancellationToken cancel);

    /// <summary>Returns what was used, by the heading's order; headings under which nothing was used are left out.</summary>
    Task<IReadOnlyList<UsageRow>> GetUsageAsync(UsageQuery query, CancellationToken cancel);

    // Landings

    /// <summary>Puts a completed job's branch on the train of its target. Refused with <c>not_landable</c>, <c>already_landed</c>.</summary>
    Task<Result<Landing>> QueueLandingAsync(Guid jobId, string approvedBy, string targetBranch, CancellationToken cancel);

    Task<Landing?> GetLandingAsync(Guid id, CancellationToken cancel);

    Task<Page<Landing>> ListLandingsAsync(LandingFilter filter, PageRequest page, CancellationToken cancel);

    /// <summary>Returns the head of each unpaused train: the open landing with the smallest position per project and target.</summary>
    Task<IReadOnlyList<Landing>> ListTrainHeadsAsync(CancellationToken cancel);

    /// <summary>Applies what happened, with the ticket's move and the jobs that become free in the same transaction.</summary>
    Task<Result<Landing>> ApplyLandingAsync(Guid id, LandingInput input, CancellationToken cancel);

    /// <summary>Applies what happened to several at once, as <see cref="ApplyLandingAsync"/> does; where one is refused, nothing changes.</summary>
    Task<Result<IReadOnlyList<Landing>>> ApplyLandingsAsync(IReadOnlyList<(Guid Id, LandingInput Input)> steps, CancellationToken cancel);

    /// <summary>
    /// Applies what made a landing fail and, in the same transaction, submits the job that takes it back to its agent, with a note on the ticket.
    /// A submit that is refused leaves the landing with a person; then no job is returned.
    /// </summary>
    Task<Result<(Landing Landing, Job? Rework)>> SendBackAsync(Guid id, LandingInput input, NewJob rework, string note, CancellationToken cancel);

    /// <summary>Returns what is known of the train of a target branch.</summary>
    Task<TrainState> GetTrainAsync(Guid projectId, string targetBranch, CancellationToken cancel);

    /// <summary>Keeps how many landings a train tries together.</summary>
    Task SetBatchLimitAsync(Guid projectId, string targetBranch, int limit, CancellationToken cancel);

    /// <summary>Keeps that a merged tree failed, until a landing of the train lands or is found red.</summary>
    Task AddRedTreeAsync(Guid projectId, string targetBranch, RedTree red, CancellationToken cancel);

    /// <summary>Moves a waiting landing within its train. Refused with <c>landing_not_found</c>, <c>landing_not_queued</c>, <c>other_train</c>, <c>landing_under_way</c>.</summary>
    Task<Result<Landing>> MoveLandingAsync(Guid id, TrainPlace place, CancellationToken cancel);

    Task SetTrainPausedAsync(Guid projectId, string targetBranch, bool paused, CancellationToken cancel);

    // Past resolutions

    /// <summary>Returns what was decided before for chunks, by their keys. A landing that lands teaches it, in the same transaction; a newer word on a key replaces the older.</summary>
    Task<IReadOnlyList<PastResolution>> FindResolutionsAsync(Guid projectId, IReadOnlyCollection<string> keys, CancellationToken cancel);

    Task<Page<PastResolution>> ListResolutionsAsync(Guid projectId, PageRequest page, CancellationToken cancel);

    /// <summary>Forgets one; refused with <c>resolution_not_found</c> where there is none of this project.</summary>
    Task<Result<PastResolution>> ForgetResolutionAsync(Guid projectId, Guid id, CancellationToken cancel);

    // Memory

    /// <summary>Keeps what somebody writes; refused with <c>project_not_found</c>, <c>ticket_not_found</c>.</summary>
    Task<Result<MemoryEntry>> AddMemoryAsync(NewMemory memory, CancellationToken cancel);

    Task<MemoryEntry?> GetMemoryAsync(Guid id, CancellationToken cancel);

    /// <summary>Returns the newest, at most 500, and how many there are.</summary>
    Task<Listed<MemoryEntry>> ListMemoriesAsync(MemoryFilter filter, int limit, CancellationToken cancel);

    /// <summary>Changes the words or the type; nothing learnt changes it from then on. Refused with <c>memory_not_found</c>.</summary>
    Task<Result<MemoryEntry>> EditMemoryAsync(Guid id, MemoryPatch patch, CancellationToken cancel);

    /// <summary>Forgets it for good, also where its job is told of again; refused with <c>memory_not_found</c>.</summary>
    Task<Result<MemoryEntry>> DeleteMemoryAsync(Guid id, CancellationToken cancel);

    /// <summary>Takes in what a job teaches: its memory, what it says of patterns, how useful its contexts were. The same again changes nothing.</summary>
    Task LearnAsync(Lesson lesson, CancellationToken cancel);

    Task<LearnedPattern?> GetPatternAsync(Guid id, CancellationToken cancel);

    /// <summary>Returns those with the most successes, at most 500, and how many there are.</summary>
    Task<Listed<LearnedPattern>> ListPatternsAsync(PatternFilter filter, int limit, CancellationToken cancel);

    /// <summary>Changes the words, which nothing learnt replaces from then on; refused with <c>pattern_not_found</c>.</summary>
    Task<Result<LearnedPattern>> EditPatternAsync(Guid id, string content, CancellationToken cancel);

    /// <summary>Forgets it, and what bears it out later does not bring it back; refused with <c>pattern_not_found</c>.</summary>
    Task<Result<LearnedPattern>> ForgetPatternAsync(Guid id, CancellationToken cancel);

    /// <summary>Records what an attempt is given; the same attempt again replaces it.</summary>
    Task KeepGivenAsync(GivenContext given, CancellationToken cancel);

    /// <summary>Returns what the attempts of a job were given, by attempt.</summary>
    Task<IReadOnlyList<GivenContext>> ListGivenAsync(Guid jobId, CancellationToken cancel);

    Task<Usefulness> GetUsefulnessAsync(Guid projectId, CancellationToken cancel);

    /// <summary>Returns jobs whose facts are owed to the memory, written in the transaction that ended the job or moved its landing; the longest due first.</summary>
    Task<IReadOnlyList<DueLesson>> ListDueLessonsAsync(int limit, CancellationToken cancel);

    /// <summary>Records that the memory has the facts.</summary>
    Task SettleLessonAsync(DueLesson lesson, CancellationToken cancel);

    /// <summary>Puts the lesson off; the last try that is allowed ends it.</summary>
    /// <param name="counts">False where the memory was away, which is no fault of the lesson.</param>
    Task PostponeLessonAsync(DueLesson lesson, TimeSpan wait, string why, bool counts, CancellationToken cancel);

    // Worktrees

    Task<Worktree> AddWorktreeAsync(Worktree worktree, CancellationToken cancel);

    Task<Worktree?> GetWorktreeAsync(Guid id, CancellationToken cancel);

    /// <summary>Returns those that are not deleted, newest first.</summary>
    Task<IReadOnlyList<Worktree>> ListWorktreesAsync(Guid? projectId, CancellationToken cancel);

    Task<Result<Worktree>> ApplyWorktreeAsync(Guid id, WorktreeTrigger trigger, CancellationToken cancel);

    // Events

    /// <summary>Appends a run's event; the store keeps at most one per job and second.</summary>
    Task AppendRunEventAsync(Guid jobId, string json, CancellationToken cancel);

    /// <summary>Tells that other branches of a project collide than before, with the new picture as JSON.</summary>
    Task TellRadarAsync(Guid projectId, string picture, CancellationToken cancel);

    /// <summary>
    /// Returns events after an id, oldest first; <see cref="EventPage.Reset"/> where that id is older than what is kept. Ids grow in the order in which
    /// events become visible: who has seen one never finds an older one later.
    /// </summary>
    Task<EventPage> ReadEventsAsync(long after, EventFilter filter, int limit, CancellationToken cancel);

    /// <summary>Returns the id of the newest event, where a reader without a past begins; 0 where there is none.</summary>
    Task<long> GetLastEventIdAsync(CancellationToken cancel);

    /// <summary>Completes when an event newer than <paramref name="after"/> may exist, or after <paramref name="atMost"/>.</summary>
    Task WaitForEventsAsync(long after, TimeSpan atMost, CancellationToken cancel);

    /// <summary>Drops what is older than a week, or beyond a million.</summary>
    Task<int> PruneEventsAsync(CancellationToken cancel);

    // Answers

    /// <summary>Returns what was answered to the same request with this key, null where it is new; refused with <c>idempotency_key_reused</c>.</summary>
    Task<Result<KeptAnswer?>> FindAnswerAsync(IdempotencyKey key, CancellationToken cancel);

    /// <summary>Keeps what was answered, for a week.</summary>
    Task KeepAnswerAsync(IdempotencyKey key, KeptAnswer answer, CancellationToken cancel);

    // Nodes and health

    /// <summary>Returns where each run's event file has been read up to; 0 for a new one.</summary>
    Task<long> GetTailOffsetAsync(Guid jobId, int attempt, CancellationToken cancel);

    Task SetTailOffsetAsync(Guid jobId, int attempt, long offset, CancellationToken cancel);

    /// <summary>Checks the invariants of the queue; empty when all hold.</summary>
    Task<IReadOnlyList<string>> CheckInvariantsAsync(CancellationToken cancel);
}
