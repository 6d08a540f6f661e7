using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Spending;

/// <summary>Counts what agents use, and asks the caps, within one transaction.</summary>
internal sealed class LedgerWork(UnitOfWork work)
{
    // After all events of an attempt.
    private const long LastWord = long.MaxValue;

    // What the server asks a model for is no attempt's and no agent's.
    private const int NoAttempt = 0;
    private const string Merge = "merge";

    private static readonly Spent Nothing = new(0, 0);

    private Budget Budget => work.Options.Budget;

    /// <summary>Counts what is new of what an attempt told, whether or not it still has the job; returns a cap that is reached.</summary>
    public Cap? Count(Guid id, int attempt, IReadOnlyList<UsageTold> told)
    {
        if (work.Jobs.Find(id) is not { } job)
        {
            return null;
        }

        var counted = new RunUsage();
        foreach (var one in told.Select(one => one with { Usage = LedgerRow.Rounded(one.Usage) }))
        {
            counted = Add(job, attempt, one) ? counted.Plus(one.Usage) : counted;
        }

        // A later word on a row may replace an earlier one, which a sum of the words would not show.
        work.JobMoves.Used(job, counted, Sum("ledger_of_job", ("job_id", id)).CostSource);
        return Reached(job);
    }

    /// <summary>Counts what a model of the server itself used for a job; false where the job is gone.</summary>
    public bool CountModel(Guid id, UsageTold told)
    {
        if (work.Jobs.Find(id) is not { } job)
        {
            return false;
        }

        var one = told with { Seq = work.Next("model_call"), Usage = LedgerRow.Rounded(told.Usage) };
        Add(job with { Agent = Merge }, NoAttempt, one);
        work.JobMoves.Used(job, one.Usage, Sum("ledger_of_job", ("job_id", id)).CostSource);
        return true;
    }

    /// <summary>Counts what a report tells and no event did, and returns it.</summary>
    public RunUsage CountRest(Job job, RunReport report)
    {
        var counted = Sum("ledger_of_attempt", ("job_id", job.Id), ("attempt", job.Attempt));
        var rest = report.Usage.Minus(counted);
        if (rest.Tokens < 0 || rest.CostUsd < 0 || rest.Turns < 0)
        {
            // A report that could not be written, or not be read, takes nothing back.
            return new RunUsage();
        }

        var costs = rest.CostUsd > 0;
        rest = LedgerRow.Rounded(rest with { CostUsd = costs ? rest.CostUsd : null, CostSource = costs ? rest.CostSource : null, UnpricedTokens = Math.Max(0, rest.UnpricedTokens) });
        if (rest.Tokens > 0 || rest.CostUsd > 0 || rest.Turns > 0)
        {
            Add(job, job.Attempt, new UsageTold(LastWord, work.Now, job.Model, report.SessionId, rest));
        }

        return rest;
    }

    /// <summary>Returns what a session has used in all its runs.</summary>
    public RunUsage OfSession(string session) => Sum("ledger_of_session", ("session_id", session));

    public List<UsageRow> By(UsageQuery query) => work.Session.Many(query is { GroupBy: UsageGroup.Ticket } or { TicketId: not null } ? "ledger_by_ticket" : "ledger_by", LedgerRow.Read,
        ("group_by", Words<UsageGroup>.Of(query.GroupBy)), ("project_id", query.ProjectId), ("ticket_id", query.TicketId),
        ("from_day", query.From is { } from ? LedgerRow.Day(from) : null), ("to_day", query.To is { } to ? LedgerRow.Day(to) : null));

    /// <summary>Returns the caps that hold for a job, each with what was spent under it.</summary>
    public IReadOnlyList<Cap> Caps(Guid ticketId, Guid projectId, decimal? maxCost)
    {
        var ofProject = work.Projects.Find(projectId)?.MaxCostUsdPerDay;
        return Budget.For(
            maxCost,
            maxCost is null && Budget is { PerTicket: null, TokensPerTicket: null } ? Nothing : Spent("spent_of_ticket", ("ticket_id", ticketId)),
            ofProject,
            ofProject is null && Budget is { PerProjectPerDay: null, TokensPerProjectPerDay: null } ? Nothing : Spent("spent_of_project", ("project_id", projectId), ("day", Today)),
            Day().Spent);
    }

    public Cap? Reached(Job job) => Caps(job.TicketId, job.ProjectId, job.MaxCostUsd).FirstOrDefault(cap => cap.IsReached);

    /// <summary>Returns the ticket's cap where it is reached: nothing but a person's word lets it go on.</summary>
    public Cap? TicketReached(Guid ticketId, Guid projectId, decimal? maxCost) =>
        Caps(ticketId, projectId, maxCost) is [{ IsReached: true } cap, ..] ? cap : null;

    /// <summary>Returns the cap of all projects for today.</summary>
    public Cap Day() => new(CapScope.Day, Budget.PerDay, Budget.TokensPerDay,
        Budget is { PerDay: null, TokensPerDay: null } ? Nothing : Spent("spent_of_day", ("day", Today)));

    /// <summary>Returns the projects that may spend no more today.</summary>
    public Dictionary<Guid, Cap> ProjectsReached() => work.Session.Many(
        Budget is { PerProjectPerDay: null, TokensPerProjectPerDay: null } ? "spent_by_capped_project" : "spent_by_project",
        row => (Id: row.Id("project_id"), Cap: Budget.OfProject(LedgerRow.Dollars(row.LongOrNull("max_cost_per_day")), LedgerRow.ReadSpent(row))), ("day", Today))
            .Where(project => project.Cap.IsReached)
            .ToDictionary(project => project.Id, project => project.Cap);

    public string Today => LedgerRow.Day(work.Now);

    // False where it was counted before.
    private bool Add(Job job, int attempt, UsageTold told) => work.Session.Run("ledger_add", LedgerRow.Write(job, attempt, told)) == 1;

    private RunUsage Sum(string statement, params ReadOnlySpan<(string, object?)> values) => work.Session.One(statement, LedgerRow.Read, values)?.Usage ?? new RunUsage();

    private Spent Spent(string statement, params ReadOnlySpan<(string, object?)> values) => work.Session.One(statement, LedgerRow.ReadSpent, values)!;
}
