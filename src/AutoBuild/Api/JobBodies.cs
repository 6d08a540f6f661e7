using System.ComponentModel.DataAnnotations;
using AutoBuild.Contract;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;

namespace AutoBuild.Api;

/// <summary>Is the body that submits a job. Members it does not know are ignored, since older clients send some.</summary>
internal sealed record SubmitBody
{
    /// <summary>An unknown one makes the ticket under this id.</summary>
    [Required, Uuid]
    public string? TicketId { get; init; }

    [Required, Uuid]
    public string? ProjectId { get; init; }

    [Required, MinLength(1), MaxLength(Fields.LongestText)]
    public string? Prompt { get; init; }

    /// <summary>0 to 3, or low, normal, high, critical; default: the ticket's.</summary>
    public Priority? Priority { get; init; }

    /// <summary>Title of a ticket that has to be made; default: the prompt's first line.</summary>
    [MaxLength(500)]
    public string? TicketTitle { get; init; }

    [MaxLength(Fields.LongestText)]
    public string? TicketDescription { get; init; }

    public string? BaseBranch { get; init; }

    /// <summary>Such as <c>owner/name</c>: makes an unknown project.</summary>
    public string? RepoFullName { get; init; }

    /// <summary>Is called when the job has ended; no address of a private network, unless the server allows it.</summary>
    [Url, MaxLength(2000)]
    public string? CallbackUrl { get; init; }

    /// <summary>Signs that call and is its bearer, and lets the job's run report from elsewhere; never shown. 1 to 500 printable ASCII characters.</summary>
    [MinLength(1), MaxLength(500)]
    public string? CallbackSecret { get; init; }

    public string? Agent { get; init; }

    /// <summary>Command line of agent <c>command</c>; needs the role admin.</summary>
    [MaxLength(100_000)]
    public string? AgentCommand { get; init; }

    [MaxLength(Fields.LongestText)]
    public string? AgentScript { get; init; }

    /// <summary>Default: the ticket's.</summary>
    public string? Model { get; init; }

    /// <summary>US dollars.</summary>
    [Range(0, 1_000_000)]
    public decimal? MaxCostUsd { get; init; }

    /// <summary>local or github-actions.</summary>
    [Words<Executor>]
    public string? Executor { get; init; }

    public NewJob Read(Fields fields, string by)
    {
        CheckCallback(fields);
        ProjectSource.CheckName(fields, "repo_full_name", RepoFullName);
        return new NewJob
        {
            TicketId = fields.Id("ticket_id", TicketId),
            ProjectId = fields.Id("project_id", ProjectId),
            Prompt = fields.Required("prompt", Prompt, Fields.LongestText),
            Priority = Priority,
            TicketTitle = fields.Text("ticket_title", TicketTitle, 500),
            TicketDescription = fields.Text("ticket_description", TicketDescription, Fields.LongestText),
            BaseBranch = fields.Branch("base_branch", BaseBranch),
            CallbackUrl = CallbackUrl,
            Agent = fields.Agent("agent", Agent),
            AgentCommand = fields.Text("agent_command", AgentCommand, 100_000),
            AgentScript = fields.Text("agent_script", AgentScript, Fields.LongestText),
            Model = fields.Model("model", Model),
            MaxCostUsd = fields.Between("max_cost_usd", MaxCostUsd, 0m, 1_000_000m),
            Executor = fields.OneOf<Executor>("executor", Executor),
            CreatedBy = by,
        };
    }

    private void CheckCallback(Fields fields)
    {
        if (CallbackUrl is not null && !(Uri.TryCreate(CallbackUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0))
        {
            fields.Add("callback_url", $"expected an http or https address without a user in it, got '{Fields.Shown(CallbackUrl)}'.");
        }

        fields.Text("callback_url", CallbackUrl, 2000);
        fields.Filled("callback_secret", CallbackSecret, 500);
        if (CallbackSecret?.Any(letter => letter is < ' ' or > '~') == true)
        {
            fields.Add("callback_secret", "expected printable ASCII characters, since it is sent in a header.");
        }
    }
}

/// <summary>Is a person's word to an agent.</summary>
internal sealed record MessageBody
{
    /// <summary>1 to 100,000 characters.</summary>
    [MinLength(1), MaxLength(100_000)]
    public string? Message { get; init; }

    /// <summary>Is read where <see cref="Message"/> is missing.</summary>
    [MinLength(1), MaxLength(100_000)]
    public string? Text { get; init; }
}

/// <summary>Answers a submit.</summary>
/// <param name="Position">Place among the waiting jobs, counted from 1; an upper bound, since projects take turns.</param>
internal sealed record Submitted(Job Job, int Position, string Message);
