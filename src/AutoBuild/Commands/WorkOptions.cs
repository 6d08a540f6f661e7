using System.CommandLine;
using System.Text.Json.Nodes;
using AutoBuild.Client;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;

namespace AutoBuild.Commands;

/// <summary>Holds what <c>run</c> and <c>ticket add</c> ask about a piece of work.</summary>
internal sealed class WorkOptions
{
    private const int LongestTitle = 120;

    private readonly Argument<string?> _task = new("task")
    {
        Description = "What is to be done; its first line is the title. '-' reads it from stdin.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _title = new("--title") { Description = "The ticket's title, where the task itself is the description.", HelpName = "TEXT" };
    private readonly Option<string?> _description = new("--description") { Description = "More about the task; '-' reads it from stdin.", HelpName = "TEXT" };
    private readonly Option<string?> _agent = new("--agent") { Description = "The agent that works: one that 'autobuild agent list' shows, command, or scripted.", HelpName = "NAME" };

    private readonly Option<string?> _agentCommand = new("--agent-command")
    {
        Description = "The command line of agent 'command': it gets the task on stdin and works in the worktree.",
        HelpName = "CMD",
    };

    private readonly Option<string?> _agentScript = new("--agent-script") { Description = "The script that agent 'scripted' follows.", HelpName = "FILE" };
    private readonly Option<string?> _model = new("--model") { Description = "The model the agent uses.", HelpName = "NAME" };
    private readonly Option<string?> _base = new("--base") { Description = "The branch to start from and land on (default: the project's).", HelpName = "BRANCH" };
    private readonly Option<string?> _priority = new Option<string?>("--priority") { Description = "How urgent it is (default: normal).", HelpName = "low|normal|high|critical" }
        .AcceptOnlyFromAmong("low", "normal", "high", "critical");

    private readonly Option<string[]> _dependsOn = new("--depends-on") { Description = "A ticket that has to land first; may be given several times.", HelpName = "ID" };
    private readonly Option<string?> _land = new Option<string?>("--land") { Description = "Whether a person lands it, or passed checks do (default: the project's policy).", HelpName = "manual|auto" }
        .AcceptOnlyFromAmong("manual", "auto");

    private readonly Option<decimal?> _maxCost = new("--max-cost") { Description = "The most the ticket may cost, in US dollars, over all its jobs; its agent is then stopped, and its work is kept.", HelpName = "USD" };

    public Symbol[] All => [_task, ProjectOptions.Repository, ProjectOptions.Project, _title, _description, _agent, _agentCommand, _agentScript, _model, _base, _priority, _dependsOn, _land, _maxCost];

    /// <summary>Makes the body of the ticket.</summary>
    public async Task<JsonObject> ReadAsync(Call call, Lookup lookup)
    {
        var (heading, text) = await ReadTextAsync(call);
        var script = call.Get(_agentScript) is { } file ? await ReadFileAsync(file, call.Cancel) : null;
        var others = new JsonArray();
        foreach (var other in call.Get(_dependsOn) ?? [])
        {
            others.Add((await lookup.TicketAsync(other)).Id.ToString());
        }

        return ClientJson.Body(
            ("title", heading),
            ("description", text),
            ("agent", Agent(call)),
            ("agent_command", call.Get(_agentCommand)),
            ("agent_script", script),
            ("model", call.Get(_model)),
            ("base_branch", call.Get(_base)),
            ("priority", call.Get(_priority) is { } name ? (int)PriorityConverter.Parse(name)! : null),
            ("landing", call.Get(_land)),
            ("max_cost_usd", call.Get(_maxCost)),
            ("depends_on", others.Count > 0 ? others : null));
    }

    /// <summary>Names the agent; a command or a script says which one is meant.</summary>
    private string? Agent(Call call)
    {
        var named = call.Get(_agent);
        var meant = call.Get(_agentCommand) is not null ? "command" : call.Get(_agentScript) is not null ? "scripted" : null;
        return named is null || meant is null || named == meant
            ? named ?? meant
            : throw new AutoBuildException("wrong_use", $"--agent {named} does not go with --agent-{(meant == "command" ? "command" : "script")}, which is for agent '{meant}'.");
    }

    private async Task<(string Title, string? Description)> ReadTextAsync(Call call)
    {
        var text = await FromInputAsync(call, call.Get(_task));
        var more = await FromInputAsync(call, call.Get(_description));
        if (call.Get(_title) is { } heading)
        {
            return (heading, Joined(text, more));
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            throw new AutoBuildException("wrong_use", "Say what is to be done: autobuild run \"add a --version option\" --repo . ('-' reads it from stdin).");
        }

        var (first, rest) = Split(text);
        return (first, Joined(rest, more));
    }

    /// <summary>Takes the first line as the title; where that is long, its beginning, and the whole text as the description.</summary>
    public static (string Title, string? Description) Split(string text)
    {
        var lines = text.Trim().Split('\n', 2);
        return lines[0].Length <= LongestTitle
            ? (lines[0].Trim(), lines.ElementAtOrDefault(1)?.Trim())
            : (Plain.Line(lines[0], LongestTitle), text.Trim());
    }

    private static async Task<string?> FromInputAsync(Call call, string? text) => text == "-" ? await call.Terminal.In.ReadToEndAsync(call.Cancel) : text;

    private static string? Joined(string? one, string? other)
    {
        var parts = new[] { one, other }.Where(part => !string.IsNullOrWhiteSpace(part)).ToList();
        return parts.Count == 0 ? null : string.Join("\n\n", parts);
    }

    private static async Task<string> ReadFileAsync(string file, CancellationToken cancel) => File.Exists(file)
        ? await File.ReadAllTextAsync(file, Terminal.Utf8, cancel)
        : throw new AutoBuildException("wrong_use", $"--agent-script: there is no file '{file}'.");
}
