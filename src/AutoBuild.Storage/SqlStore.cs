using AutoBuild.Core;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;

namespace AutoBuild.Storage;

/// <summary>Is the store over SQL: every call is one unit of work, and the dialect says how such a unit is run.</summary>
public abstract class SqlStore : IStore
{
    public abstract StoreCapabilities Capabilities { get; }

    public Task<DateTimeOffset> NowAsync(CancellationToken cancel) => ReadAsync(work => work.Now, cancel);

    public Task<Result<Created<Project>>> CreateProjectAsync(NewProject project, IdempotencyKey? key, CancellationToken cancel) =>
        DecideAsync(work => work.Projects.Create(project, key), cancel);

    public Task<Result<Created<Project>>?> FindMadeProjectAsync(IdempotencyKey key, CancellationToken cancel) =>
        ReadAsync(work => work.Projects.FindMade(key), cancel);

    public Task<Project?> GetProjectAsync(Guid id, CancellationToken cancel) => ReadAsync(work => work.Projects.Find(id), cancel);

    public Task<Page<Project>> ListProjectsAsync(ProjectFilter filter, PageRequest page, CancellationToken cancel) =>
        ReadAsync(work => work.Projects.List(filter, page), cancel);

    public Task<Result<Project>> UpdateProjectAsync(Guid id, ProjectPatch patch, CancellationToken cancel) =>
        DecideAsync(work => work.Projects.Update(id, patch), cancel);

    public Task<Result<Project>> DeleteProjectAsync(Guid id, TimeSpan keep, CancellationToken cancel) =>
        DecideAsync(work => work.Projects.Delete(id, keep), cancel);

    public Task<Result<Project>> RestoreProjectAsync(Guid id, CancellationToken cancel) =>
        DecideAsync(work => work.Projects.Restore(id), cancel);

    public Task<Result<Created<Ticket>>> CreateTicketAsync(NewTicket ticket, IdempotencyKey? key, CancellationToken cancel) =>
        DecideAsync(work => work.Tickets.Create(ticket, key), cancel);

    public Task<Ticket?> GetTicketAsync(Guid id, CancellationToken cancel) => ReadAsync(work => work.Tickets.Find(id), cancel);

    public Task<Page<Ticket>> ListTicketsAsync(TicketFilter filter, PageRequest page, CancellationToken cancel) =>
        ReadAsync(work => work.Tickets.List(filter, page), cancel);

    public Task<Result<Ticket>> UpdateTicketAsync(Guid id, TicketPatch patch, CancellationToken cancel) =>
        DecideAsync(work => work.Tickets.Update(id, patch), cancel);

    public Task<Result<Ticket>> MoveTicketAsync(Guid id, TicketTrigger trigger, CancellationToken cancel) =>
        DecideAsync(work => work.Tickets.Move(id, trigger), cancel);

    public Task<Result<Ticket>> DeleteTicketAsync(Guid id, CancellationToken cancel) =>
        DecideAsync(work => work.Tickets.Delete(id), cancel);

    public Task<Result<Ticket>> AddDependencyAsync(Guid id, Guid dependsOn, CancellationToken cancel) =>
        DecideAsync(work => work.Dependencies.Add(id, dependsOn), cancel);

    public Task<Result<Ticket>> RemoveDependencyAsync(Guid id, Guid dependsOn, CancellationToken cancel) =>
        DecideAsync(work => work.Dependencies.Remove(id, dependsOn), cancel);

    public Task<Result<Created<Job>>> SubmitJobAsync(NewJob job, IdempotencyKey? key, CancellationToken cancel) =>
        DecideAsync(work => work.Submissions.Submit(job, key), cancel);

    public Task<Job?> GetJobAsync(Guid id, CancellationToken cancel) => ReadAsync(work => work.Jobs.FindWithAttempts(id), cancel);

    public Task<Page<Job>> ListJobsAsync(JobFilter filter, PageRequest page, CancellationToken cancel) =>
        ReadAsync(work => work.Jobs.List(filter, page), cancel);

    public Task<IReadOnlyList<Job>> ListActiveJobsAsync(CancellationToken cancel) => ReadAsync(work => work.Jobs.Active(), cancel);

    public Task<IReadOnlyList<Job>> ClaimAsync(string workerId, int slots, CancellationToken cancel) =>
        WriteAsync<IReadOnlyList<Job>>(work => work.JobMoves.Claim(workerId, slots), cancel);

    public Task<Result<Job>> ApplyAsync(Guid id, long? fence, JobInput input, CancellationToken cancel) =>
        DecideAsync(work => work.JobMoves.Apply(id, fence, input), cancel);

    public Task<Result<Job>> EndAsync(Guid id, long fence, JobInput input, NewJob continuation, CancellationToken cancel) =>
        DecideAsync(work => work.JobMoves.End(id, fence, input, continuation), cancel);

    public Task<bool> NoteAsync(Guid id, long fence, JobNote note, CancellationToken cancel) =>
        WriteAsync(work => work.JobMoves.Note(id, fence, note), cancel);

    public Task<IReadOnlyList<Job>> RenewAsync(IReadOnlyCollection<(Guid Id, long Fence)> jobs, CancellationToken cancel) =>
        WriteAsync<IReadOnlyList<Job>>(work => work.JobMoves.Renew(jobs), cancel);

    public abstract Task<IReadOnlyList<Job>> ListExpiredAsync(CancellationToken cancel);

    public Task<int> PromoteDueAsync(CancellationToken cancel) => WriteAsync(work => work.JobMoves.PromoteDue(), cancel);

    public Task<QueueStats> GetQueueStatsAsync(CancellationToken cancel) => ReadAsync(work => work.Jobs.Stats(), cancel);

    public Task<StoreFigures> GetFiguresAsync(CancellationToken cancel) => ReadAsync(work => work.Figures.Read(), cancel);

    public Task SetQueuePausedAsync(bool paused, CancellationToken cancel) => WriteAsync(work => work.JobMoves.Pause(paused), cancel);

    public Task<Result<CallbackTaken>> JudgeCallbackAsync(RunnerCallback callback, CancellationToken cancel) =>
        ReadAsync(work => work.Callbacks.Judge(callback), cancel);

    public Task<Result<CallbackTaken>> TakeCallbackAsync(RunnerCallback callback, NewJob? continuation, CancellationToken cancel) =>
        DecideAsync(work => work.Callbacks.Take(callback, continuation), cancel);

    public Task<IReadOnlyList<ReceivedCallback>> ListReceivedCallbacksAsync(Guid jobId, CancellationToken cancel) =>
        ReadAsync(work => work.Callbacks.Received(jobId), cancel);

    public Task<IReadOnlyList<Delivery>> ListDeliveriesAsync(Guid jobId, CancellationToken cancel) => ReadAsync(work => work.Outbox.Of(jobId), cancel);

    public Task<IReadOnlyList<Delivery>> ListDueDeliveriesAsync(int perHost, CancellationToken cancel) => ReadAsync(work => work.Outbox.Due(perHost), cancel);

    public Task RecordDeliveryAsync(Guid id, DeliveryTry tried, CancellationToken cancel) => WriteAsync(work => work.Outbox.Tried(id, tried), cancel);

    public Task<Result<Delivery>> RedeliverAsync(Guid jobId, Guid id, CancellationToken cancel) => DecideAsync(work => work.Outbox.Again(jobId, id), cancel);

    public Task<Cap?> CountUsageAsync(Guid jobId, int attempt, IReadOnlyList<UsageTold> told, CancellationToken cancel) =>
        WriteAsync(work => work.Ledger.Count(jobId, attempt, told), cancel);

    public Task CountModelUsageAsync(Guid jobId, UsageTold told, CancellationToken cancel) => WriteAsync(work => work.Ledger.CountModel(jobId, told), cancel);

    public Task<IReadOnlyList<Cap>> GetCapsAsync(Job job, CancellationToken cancel) =>
        ReadAsync(work => work.Ledger.Caps(job.TicketId, job.ProjectId, job.MaxCostUsd), cancel);

    public Task<RunUsage> GetSessionUsageAsync(string sessionId, CancellationToken cancel) => ReadAsync(work => work.Ledger.OfSession(sessionId), cancel);

    public Task<IReadOnlyList<UsageRow>> GetUsageAsync(UsageQuery query, CancellationToken cancel) =>
        ReadAsync<IReadOnlyList<UsageRow>>(work => work.Ledger.By(query), cancel);

    public Task<Result<Landing>> QueueLandingAsync(Guid jobId, string approvedBy, string targetBranch, CancellationToken cancel) =>
        DecideAsync(work => work.Landings.Queue(jobId, approvedBy, targetBranch), cancel);

    public Task<Landing?> GetLandingAsync(Guid id, CancellationToken cancel) => ReadAsync(work => work.Landings.Find(id), cancel);

    public Task<Page<Landing>> ListLandingsAsync(LandingFilter filter, PageRequest page, CancellationToken cancel) =>
        ReadAsync(work => work.Landings.List(filter, page), cancel);

    public Task<IReadOnlyList<Landing>> ListTrainHeadsAsync(CancellationToken cancel) => ReadAsync(work => work.Landings.Heads(), cancel);

    public Task<Result<Landing>> ApplyLandingAsync(Guid id, LandingInput input, CancellationToken cancel) =>
        DecideAsync(work => work.Landings.Apply(id, input), cancel);

    public Task<Result<IReadOnlyList<Landing>>> ApplyLandingsAsync(IReadOnlyList<(Guid Id, LandingInput Input)> steps, CancellationToken cancel) =>
        DecideAsync(work => work.Landings.Apply(steps), cancel);

    public Task<Result<(Landing Landing, Job? Rework)>> SendBackAsync(Guid id, LandingInput input, NewJob rework, string note, CancellationToken cancel) =>
        DecideAsync(work => work.Landings.SendBack(id, input, rework, note), cancel);

    public Task<TrainState> GetTrainAsync(Guid projectId, string targetBranch, CancellationToken cancel) =>
        ReadAsync(work => work.Trains.Read(projectId, targetBranch), cancel);

    public Task SetBatchLimitAsync(Guid projectId, string targetBranch, int limit, CancellationToken cancel) =>
        WriteAsync(work => work.Trains.Limit(projectId, targetBranch, limit), cancel);

    public Task AddRedTreeAsync(Guid projectId, string targetBranch, RedTree red, CancellationToken cancel) =>
        WriteAsync(work => work.Trains.Remember(projectId, targetBranch, red), cancel);

    public Task<Result<Landing>> MoveLandingAsync(Guid id, TrainPlace place, CancellationToken cancel) => DecideAsync(work => work.Trains.Move(id, place), cancel);

    public Task SetTrainPausedAsync(Guid projectId, string targetBranch, bool paused, CancellationToken cancel) =>
        WriteAsync(work => work.Landings.Pause(projectId, targetBranch, paused), cancel);

    public Task<IReadOnlyList<PastResolution>> FindResolutionsAsync(Guid projectId, IReadOnlyCollection<string> keys, CancellationToken cancel) =>
        ReadAsync(work => work.Resolutions.Find(projectId, keys), cancel);

    public Task<Page<PastResolution>> ListResolutionsAsync(Guid projectId, PageRequest page, CancellationToken cancel) =>
        ReadAsync(work => work.Resolutions.List(projectId, page), cancel);

    public Task<Result<PastResolution>> ForgetResolutionAsync(Guid projectId, Guid id, CancellationToken cancel) =>
        DecideAsync(work => work.Resolutions.Forget(projectId, id), cancel);

    public Task<Result<MemoryEntry>> AddMemoryAsync(NewMemory memory, CancellationToken cancel) => DecideAsync(work => work.Memories.Add(memory), cancel);

    public Task<MemoryEntry?> GetMemoryAsync(Guid id, CancellationToken cancel) => ReadAsync(work => work.Memories.Find(id), cancel);

    public Task<Listed<MemoryEntry>> ListMemoriesAsync(MemoryFilter filter, int limit, CancellationToken cancel) =>
        ReadAsync(work => work.Memories.List(filter, limit), cancel);

    public Task<Result<MemoryEntry>> EditMemoryAsync(Guid id, MemoryPatch patch, CancellationToken cancel) => DecideAsync(work => work.Memories.Edit(id, patch), cancel);

    public Task<Result<MemoryEntry>> DeleteMemoryAsync(Guid id, CancellationToken cancel) => DecideAsync(work => work.Memories.Delete(id), cancel);

    public Task LearnAsync(Lesson lesson, CancellationToken cancel) => WriteAsync(work => work.Lessons.Learn(lesson), cancel);

    public Task<LearnedPattern?> GetPatternAsync(Guid id, CancellationToken cancel) => ReadAsync(work => work.Patterns.Find(id), cancel);

    public Task<Listed<LearnedPattern>> ListPatternsAsync(PatternFilter filter, int limit, CancellationToken cancel) =>
        ReadAsync(work => work.Patterns.List(filter, limit), cancel);

    public Task<Result<LearnedPattern>> EditPatternAsync(Guid id, string content, CancellationToken cancel) => DecideAsync(work => work.Patterns.Edit(id, content), cancel);

    public Task<Result<LearnedPattern>> ForgetPatternAsync(Guid id, CancellationToken cancel) => DecideAsync(work => work.Patterns.Forget(id), cancel);

    public Task KeepGivenAsync(GivenContext given, CancellationToken cancel) => WriteAsync(work => work.Given.Keep(given), cancel);

    public Task<IReadOnlyList<GivenContext>> ListGivenAsync(Guid jobId, CancellationToken cancel) => ReadAsync(work => work.Given.Of(jobId), cancel);

    public Task<Usefulness> GetUsefulnessAsync(Guid projectId, CancellationToken cancel) => ReadAsync(work => work.Given.Usefulness(projectId), cancel);

    public Task<IReadOnlyList<DueLesson>> ListDueLessonsAsync(int limit, CancellationToken cancel) => ReadAsync(work => work.Lessons.Due(limit), cancel);

    public Task SettleLessonAsync(DueLesson lesson, CancellationToken cancel) => WriteAsync(work => work.Lessons.Settle(lesson), cancel);

    public Task PostponeLessonAsync(DueLesson lesson, TimeSpan wait, string why, bool counts, CancellationToken cancel) =>
        WriteAsync(work => work.Lessons.Postpone(lesson, wait, why, counts), cancel);

    public Task<Worktree> AddWorktreeAsync(Worktree worktree, CancellationToken cancel) => WriteAsync(work => work.Worktrees.Add(worktree), cancel);

    public Task<Worktree?> GetWorktreeAsync(Guid id, CancellationToken cancel) => ReadAsync(work => work.Worktrees.Find(id), cancel);

    public Task<IReadOnlyList<Worktree>> ListWorktreesAsync(Guid? projectId, CancellationToken cancel) =>
        ReadAsync(work => work.Worktrees.List(projectId), cancel);

    public Task<Result<Worktree>> ApplyWorktreeAsync(Guid id, WorktreeTrigger trigger, CancellationToken cancel) =>
        DecideAsync(work => work.Worktrees.Apply(id, trigger), cancel);

    public Task AppendRunEventAsync(Guid jobId, string json, CancellationToken cancel) => WriteAsync(work => work.Events.Run(jobId, json), cancel);

    public Task TellRadarAsync(Guid projectId, string picture, CancellationToken cancel) => WriteAsync(work => work.Events.Radar(projectId, picture), cancel);

    public Task<EventPage> ReadEventsAsync(long after, EventFilter filter, int limit, CancellationToken cancel) =>
        ReadAsync(work => work.Events.After(after, filter, limit), cancel);

    public Task<long> GetLastEventIdAsync(CancellationToken cancel) => ReadAsync(work => work.Events.Last(), cancel);

    public abstract Task WaitForEventsAsync(long after, TimeSpan atMost, CancellationToken cancel);

    public Task<int> PruneEventsAsync(CancellationToken cancel) => WriteAsync(work => work.Events.Prune(), cancel);

    public Task<Result<KeptAnswer?>> FindAnswerAsync(IdempotencyKey key, CancellationToken cancel) =>
        ReadAsync(work => work.Idempotency.FindAnswer(key), cancel);

    public Task KeepAnswerAsync(IdempotencyKey key, KeptAnswer answer, CancellationToken cancel) =>
        WriteAsync(work => work.Idempotency.Keep(key, answer), cancel);

    public Task<long> GetTailOffsetAsync(Guid jobId, int attempt, CancellationToken cancel) =>
        ReadAsync(work => work.Jobs.TailOffset(jobId, attempt), cancel);

    public Task SetTailOffsetAsync(Guid jobId, int attempt, long offset, CancellationToken cancel) =>
        WriteAsync(work => work.JobMoves.Tail(jobId, attempt, offset), cancel);

    public Task<IReadOnlyList<string>> CheckInvariantsAsync(CancellationToken cancel) => ReadAsync(work => work.Jobs.Violations(), cancel);

    public abstract ValueTask DisposeAsync();

    /// <summary>Runs a unit that only reads, on one snapshot.</summary>
    private protected abstract Task<T> ReadAsync<T>(Func<UnitOfWork, T> unit, CancellationToken cancel);

    /// <summary>Runs a unit in a transaction; what it wrote stays only where <paramref name="keep"/> says so of its answer.</summary>
    private protected abstract Task<T> WriteAsync<T>(Func<UnitOfWork, T> unit, Func<T, bool> keep, CancellationToken cancel);

    private protected Task<T> WriteAsync<T>(Func<UnitOfWork, T> unit, CancellationToken cancel) => WriteAsync(unit, _ => true, cancel);

    private Task<Result<T>> DecideAsync<T>(Func<UnitOfWork, Result<T>> unit, CancellationToken cancel) => WriteAsync(unit, result => result.Done, cancel);
}
