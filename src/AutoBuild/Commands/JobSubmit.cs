using System.CommandLine;
using AutoBuild.Api;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild job submit</c>: what other systems do by <c>POST /jobs</c>.</summary>
internal static class JobSubmit
{
    private static readonly Argument<string> Ticket = new("TICKET") { Description = "The ticket's id, or its last letters; a whole id that is unknown makes the ticket under it." };
    private static readonly Argument<string?> Prompt = new("PROMPT") { Description = "What the agent is told (default: the ticket's text); '-' reads it from stdin.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Agent = new("--agent") { Description = "The agent that works (default: the ticket's).", HelpName = "NAME" };
    private static readonly Option<string?> AgentCommand = new("--agent-command") { Description = "The command line of agent 'command' (default: the ticket's).", HelpName = "CMD" };
    private static readonly Option<string?> Model = new("--model") { Description = "The model the agent uses (default: the ticket's).", HelpName = "NAME" };
    private static readonly Option<decimal?> MaxCost = new("--max-cost") { Description = "The most it may cost, in US dollars.", HelpName = "USD" };
    private static readonly Option<string?> Title = new("--title") { Description = "The title of a ticket that this makes (default: the prompt's first line).", HelpName = "TEXT" };
    private static readonly Option<string?> Base = new("--base") { Description = "The branch to start from and land on (default: the ticket's).", HelpName = "BRANCH" };
    private static readonly Option<string?> CallbackUrl = new("--callback-url") { Description = "An address that is told how the job ended.", HelpName = "URL" };

    private static readonly Option<string?> CallbackSecret = new("--callback-secret") { Description = "What signs that word; '-' reads it from stdin.", HelpName = "SECRET" };

    private static readonly Option<string?> Priority = new Option<string?>("--priority") { Description = "How urgent it is (default: the ticket's).", HelpName = "low|normal|high|critical" }
        .AcceptOnlyFromAmong(Words.Of<Priority>());

    private static readonly Option<string?> Executor = new Option<string?>("--executor") { Description = "Where it runs (default: the project's).", HelpName = "local|github_actions" }
        .AcceptOnlyFromAmong(Words.Of<Executor>());

    public static Verb Create() => new Verb("submit", "Submits a ticket with a prompt, a priority or an agent of its own for this job.",
        "autobuild job submit 1f3a9c42 \"only the parser, no tests\" --priority high", RunAsync)
        .With(Ticket, Prompt, ProjectOptions.Repository, ProjectOptions.Project, Title, Agent, AgentCommand, Model, MaxCost, Base, Priority, Executor, CallbackUrl, CallbackSecret).PrintsData();

    private static async Task<int> RunAsync(Call call)
    {
        using var api = await call.ConnectAsync();
        var lookup = new Lookup(api, call);
        var ticket = await lookup.FindTicketAsync(call.Get(Ticket));
        var prompt = await call.TextAsync(call.Get(Prompt)) ?? ticket?.Prompt
            ?? throw new AutoBuildException("wrong_use", "Say what the agent is told: there is no such ticket yet that has a text.");
        var project = ticket?.ProjectId ?? (await lookup.ProjectAsync()).Id;
        await SignInCheck.RunAsync(api, call, call.Get(Agent) ?? ticket?.Agent ?? (await api.GetProjectAsync(project, call.Cancel)).Value.Agent);
        var made = await api.SubmitAsync(new SubmitBody
        {
            TicketId = ticket?.Id.ToString() ?? call.Get(Ticket),
            ProjectId = project.ToString(),
            Prompt = prompt,
            TicketTitle = call.Get(Title),
            Agent = call.Get(Agent),
            AgentCommand = call.Get(AgentCommand),
            Model = call.Get(Model),
            MaxCostUsd = call.Get(MaxCost),
            BaseBranch = call.Get(Base),
            Priority = Words.Read<Priority>(call.Get(Priority)),
            Executor = call.Get(Executor),
            CallbackUrl = call.Get(CallbackUrl),
            CallbackSecret = (await call.TextAsync(call.Get(CallbackSecret)))?.TrimEnd(),
        }, call.Cancel);
        return call.Print(made, one => call.Say($"Job {Plain.Id(one.Job.Id)}: {one.Message} Follow it: autobuild job logs {Plain.Id(one.Job.Id)} --follow"));
    }
}
