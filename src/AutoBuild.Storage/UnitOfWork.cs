using AutoBuild.Core.Jobs;
using AutoBuild.Storage.Callbacks;
using AutoBuild.Storage.Events;
using AutoBuild.Storage.Figures;
using AutoBuild.Storage.Jobs;
using AutoBuild.Storage.Landings;
using AutoBuild.Storage.Memory;
using AutoBuild.Storage.Projects;
using AutoBuild.Storage.Spending;
using AutoBuild.Storage.Sql;
using AutoBuild.Storage.Tickets;
using AutoBuild.Storage.Worktrees;

namespace AutoBuild.Storage;

/// <summary>Gives one transaction its session, its instant and the tables it works on; knows no dialect.</summary>
internal sealed class UnitOfWork
{
    public UnitOfWork(Session session, QueueOptions options, DateTimeOffset now)
    {
        Session = session;
        Options = options;
        Now = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        Projects = new(this);
        Tickets = new(this);
        TicketMoves = new(this);
        Dependencies = new(this);
        Jobs = new(this);
        JobMoves = new(this);
        Limits = new(this);
        Overlaps = new(this);
        Ledger = new(this);
        Submissions = new(this);
        Landings = new(this);
        Trains = new(this);
        Resolutions = new(this);
        Worktrees = new(this);
        Events = new(this);
        Idempotency = new(this);
        Figures = new(this);
        Callbacks = new(this);
        Outbox = new(this);
        Memories = new(this);
        Patterns = new(this);
        Given = new(this);
        Lessons = new(this);
    }

    public Session Session { get; }

    public QueueOptions Options { get; }

    /// <summary>The store's clock, in whole milliseconds, the same for all of the transaction.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The newest event written; 0 for none.</summary>
    public long LastEventId { get; set; }

    public ProjectWork Projects { get; }

    public TicketWork Tickets { get; }

    public TicketMoves TicketMoves { get; }

    public DependencyWork Dependencies { get; }

    public JobWork Jobs { get; }

    public JobMoves JobMoves { get; }

    public LimitWork Limits { get; }

    public OverlapWork Overlaps { get; }

    public LedgerWork Ledger { get; }

    public SubmitWork Submissions { get; }

    public LandingWork Landings { get; }

    public TrainWork Trains { get; }

    public ResolutionWork Resolutions { get; }

    public WorktreeWork Worktrees { get; }

    public EventWork Events { get; }

    public IdempotencyWork Idempotency { get; }

    public FigureWork Figures { get; }

    public CallbackWork Callbacks { get; }

    public OutboxWork Outbox { get; }

    public MemoryWork Memories { get; }

    public PatternWork Patterns { get; }

    public GivenWork Given { get; }

    public LessonWork Lessons { get; }

    /// <summary>Counts one on and returns the new value.</summary>
    public long Next(string counter) => Session.Number("counter_next", ("name", counter));
}
