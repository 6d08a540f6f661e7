using System.ComponentModel.DataAnnotations;
using AutoBuild.Contract;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Api;

/// <summary>Is the body that changes or moves a ticket; a member that is missing or null stays as it is.</summary>
internal record TicketChange
{
    [MinLength(1), MaxLength(500)]
    public string? Title { get; init; }

    [MaxLength(Fields.LongestText)]
    public string? Description { get; init; }

    /// <summary>0 to 3, or low, normal, high, critical; default normal.</summary>
    public Priority? Priority { get; init; }

    /// <summary>in_progress submits it, out of it cancels.</summary>
    [Words<TicketState>]
    public virtual string? Status { get; init; }

    /// <summary>Order within the column; default last.</summary>
    [Range(-1e15, 1e15)]
    public double? Position { get; init; }

    /// <summary>Ids of tickets of the project that have to land first; all of them.</summary>
    [MaxLength(1000), UuidItems]
    public IReadOnlyList<string>? DependsOn { get; init; }

    public string? Agent { get; init; }

    /// <summary>Command line of agent <c>command</c>; needs the role admin.</summary>
    [MaxLength(100_000)]
    public string? AgentCommand { get; init; }

    /// <summary>Text of the script that agent <c>scripted</c> follows.</summary>
    [MaxLength(Fields.LongestText)]
    public string? AgentScript { get; init; }

    public string? Model { get; init; }

    public string? BaseBranch { get; init; }

    [MaxLength(100), ItemLength(200)]
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>manual, auto or pull_request; overrides the project's.</summary>
    [Words<LandingPolicy>]
    public string? Landing { get; init; }

    /// <summary>US dollars.</summary>
    [Range(0, 1_000_000)]
    public decimal? MaxCostUsd { get; init; }

    /// <summary>Globs of the files that the work is expected to change.</summary>
    [MaxLength(1000), ItemLength(1000)]
    public IReadOnlyList<string>? Touches { get; init; }

    public TicketPatch ReadPatch(Fields fields) => new()
    {
        Title = fields.Filled("title", Title, 500),
        Description = fields.Text("description", Description, Fields.LongestText),
        Priority = Priority,
        Position = fields.Between("position", Position, -1e15, 1e15),
        Agent = fields.Agent("agent", Agent),
        AgentCommand = fields.Text("agent_command", AgentCommand, 100_000),
        AgentScript = fields.Text("agent_script", AgentScript, Fields.LongestText),
        Model = fields.Model("model", Model),
        BaseBranch = fields.Branch("base_branch", BaseBranch),
        Labels = fields.Texts("labels", Labels, 100, 200),
        Landing = fields.OneOf<LandingPolicy>("landing", Landing),
        MaxCostUsd = fields.Between("max_cost_usd", MaxCostUsd, 0m, 1_000_000m),
        Touches = fields.Texts("touches", Touches, 1000, 1000),
        DependsOn = DependsOn is null ? null : fields.Ids("depends_on", DependsOn),
    };

    public TicketState? ReadStatus(Fields fields) => fields.OneOf<TicketState>("status", Status);
}

/// <summary>Is the body that makes a ticket; a member that is missing or null takes its default.</summary>
[Asks("title")]
internal sealed record TicketBody : TicketChange
{
    /// <summary>Default: a new one.</summary>
    [Uuid]
    public string? Id { get; init; }

    /// <summary>in_progress submits it; default backlog.</summary>
    [Words("backlog", "ready", "in_progress")]
    public override string? Status { get; init; }

    public NewTicket ReadNew(Fields fields, Guid project)
    {
        var patch = ReadPatch(fields);
        var status = ReadStatus(fields) ?? TicketState.Backlog;
        if (status is not (TicketState.Backlog or TicketState.Ready or TicketState.InProgress))
        {
            fields.Add("status", "a new ticket is backlog, ready or in_progress.");
        }

        return new NewTicket
        {
            Id = fields.OptionalId("id", Id),
            ProjectId = project,
            Title = fields.Required("title", Title, 500),
            Description = patch.Description ?? "",
            Priority = patch.Priority ?? Core.Jobs.Priority.Normal,
            Status = status,
            Position = patch.Position,
            Agent = patch.Agent,
            AgentCommand = patch.AgentCommand,
            AgentScript = patch.AgentScript,
            Model = patch.Model,
            BaseBranch = patch.BaseBranch,
            Labels = patch.Labels ?? [],
            Landing = patch.Landing,
            MaxCostUsd = patch.MaxCostUsd,
            Touches = patch.Touches ?? [],
            DependsOn = patch.DependsOn ?? [],
        };
    }
}
