using AutoBuild.Core.Json;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Tickets;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Tickets;

/// <summary>Is a ticket with what the store alone knows of it.</summary>
/// <param name="LandedAt">When its work landed; what depends on it waits for this, not for the status.</param>
internal sealed record TicketRow(Ticket Ticket, DateTimeOffset? LandedAt, DateTimeOffset? DeletedAt)
{
    public static TicketRow Read(Row row) => new(ReadTicket(row), row.TimeOrNull("landed_at"), row.TimeOrNull("deleted_at"));

    public static Ticket ReadTicket(Row row) => new()
    {
        Id = row.Id("id"),
        ProjectId = row.Id("project_id"),
        Title = row.Text("title"),
        Description = row.Text("description"),
        Status = row.Word<TicketState>("status"),
        Priority = (Priority)row.Int("priority"),
        Position = row.Double("position"),
        Agent = row.TextOrNull("agent"),
        AgentCommand = row.TextOrNull("agent_command"),
        AgentScript = row.TextOrNull("agent_script"),
        Model = row.TextOrNull("model"),
        BaseBranch = row.TextOrNull("base_branch"),
        Labels = row.Document<IReadOnlyList<string>>("labels"),
        Landing = row.WordOrNull<LandingPolicy>("landing"),
        MaxCostUsd = row.MoneyOrNull("max_cost_usd"),
        Touches = row.Document<IReadOnlyList<string>>("touches"),
        BranchName = row.TextOrNull("branch_name"),
        PrUrl = row.TextOrNull("pr_url"),
        PrNumber = row.IntOrNull("pr_number"),
        ErrorMessage = row.TextOrNull("error_message"),
        Note = row.TextOrNull("note"),
        JobId = row.IdOrNull("job_id"),
        NeedsYou = row.DocumentOrNull<NeedsYou>("needs_you"),
        DependsOn = row.Ids("depends_on"),
        BlockedBy = row.Ids("blocked_by"),
        CreatedAt = row.Time("created_at"),
        UpdatedAt = row.Time("updated_at"),
    };

    public (string, object?)[] Write() =>
    [
        ("id", Ticket.Id),
        ("project_id", Ticket.ProjectId),
        ("title", Ticket.Title),
        ("description", Ticket.Description),
        ("status", Words<TicketState>.Of(Ticket.Status)),
        ("priority", (int)Ticket.Priority),
        ("position", Ticket.Position),
        ("agent", Ticket.Agent),
        ("agent_command", Ticket.AgentCommand),
        ("agent_script", Ticket.AgentScript),
        ("model", Ticket.Model),
        ("base_branch", Ticket.BaseBranch),
        ("labels", CoreJson.Write(Ticket.Labels)),
        ("landing", Ticket.Landing is { } landing ? Words<LandingPolicy>.Of(landing) : null),
        ("max_cost_usd", Ticket.MaxCostUsd),
        ("touches", CoreJson.Write(Ticket.Touches)),
        ("branch_name", Ticket.BranchName),
        ("pr_url", Ticket.PrUrl),
        ("pr_number", Ticket.PrNumber),
        ("error_message", Ticket.ErrorMessage),
        ("note", Ticket.Note),
        ("job_id", Ticket.JobId),
        ("needs_you", Ticket.NeedsYou is { } needs ? CoreJson.Write(needs) : null),
        ("landed_at", LandedAt),
        ("created_at", Ticket.CreatedAt),
        ("updated_at", Ticket.UpdatedAt),
        ("deleted_at", DeletedAt),
    ];
}
