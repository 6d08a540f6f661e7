using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Runs a coding agent by its own command line.</summary>
internal sealed class CommandLineAgent(CommandLine line) : IAgent
{
    public string Name => line.Name;

    public IReadOnlyList<string> Instructions => line.Instructions;

    public Task<ProjectSettings> SettingsAsync(Func<string, Task<string?>> read, IReadOnlySet<string> secrets) => line.SettingsAsync(read, secrets);

    public string? CannotHold(AgentReach reach) => line.CannotHold(reach);

    public string? CannotUse(McpServer server) => line.CannotUse(server);

    public async Task<AgentTurn> TurnAsync(AgentContext context, CancellationToken cancel)
    {
        if (line.Refuse(context) is { } refused)
        {
            return AgentChild.Failed(refused.Code, refused.Message, refused.Retry);
        }
        var turn = await RunAsync(context, cancel);
        return turn.Error is { Code: "agent_not_signed_in" } error && line.Advice is { Length: > 0 } advice
            ? turn with { Error = error with { Message = $"{error.Message.TrimEnd('.')}. {advice}" } }
            : turn;
    }

    private Task<AgentTurn> RunAsync(AgentContext context, CancellationToken cancel)
    {
        Prepare(context);
        var environment = new Dictionary<string, string>(context.Environment);
        foreach (var (name, value) in line.Environment(context))
        {
            environment.TryAdd(name, value);
        }
        var command = new ChildCommand(line.Program, line.Arguments(context, context.SessionId));
        return AgentChild.RunAsync(context with { Environment = environment, Prompt = line.Input(context) }, command, line.Reader(), cancel, line.Message);
    }

    private void Prepare(AgentContext context)
    {
        var home = context.Environment["HOME"];
        foreach (var path in line.Configuration)
        {
            HomeFile.Remove(home, path);
        }
        context.Logins.CopyTo(home);
        line.Prepare(context);
    }
}
