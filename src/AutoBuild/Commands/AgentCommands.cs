using System.CommandLine;
using System.Globalization;
using AutoBuild.Agents;
using AutoBuild.Core.Runs;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild agent</c>.</summary>
internal static class AgentCommands
{
    private static readonly Argument<string> Name = new("name") { Description = "The agent: one that 'autobuild agent list' shows." };
    private static readonly Option<string?> Model = new("--model") { Description = "The model it uses (default: its own choice).", HelpName = "NAME" };

    public static Command Create() => new Group("agent", "Shows which coding agents are there, and tries them.", List(), Check());

    private static Verb List() => new Verb("list", "Lists the agents: what is installed, which version, and by what it is signed in.", "autobuild agent list", async call =>
    {
        using var api = await call.ConnectAsync();
        var reply = await api.ListAgentsAsync(versions: true, call.Cancel);
        call.Print(reply, list => Show(call, list));
        return reply.Value.Agents.Any(agent => agent.Path is not null) ? ExitCode.Done : ExitCode.Broken;
    }).PrintsData();

    private static Verb Check() => new Verb("check", "Lets an agent answer one word in an empty repository: whether it is installed, signed in and understood. Costs as much as that.",
        "autobuild agent check claude", async call =>
    {
        using var api = await call.ConnectAsync();
        await SignInCheck.RunAsync(api, call, call.Get(Name));
        call.Say($"Asking {call.Get(Name)} for one word; it has a minute.");
        var reply = await api.CheckAgentAsync(call.Get(Name), new AgentCheckBody(call.Get(Model)), call.Cancel);
        call.Print(reply, tried => Show(call, tried));
        return reply.Value switch
        {
            { Ok: true } => ExitCode.Done,
            { Code: "agent_missing" or "agent_not_signed_in" } => ExitCode.Broken,
            var _ => ExitCode.Failed,
        };
    }).With(Name, Model).PrintsData();

    private static void Show(Call call, AgentList list)
    {
        var shown = list.Agents.Where(agent => agent.Path is not null || agent.Declared != "preset").ToList();
        Tables.Show(call, ["agent", "status", "version", "signed in by", "where"], [.. shown.Select(agent => (string[])
        [
            agent.Name == list.Default ? $"{agent.Name} (default)" : agent.Name,
            Status(agent),
            agent.Version ?? "-",
            agent.SignedInBy.Count > 0 ? string.Join(", ", agent.SignedInBy) : "-",
            agent.Path ?? agent.Install ?? $"put {agent.Program} on the PATH",
        ])], "");
        foreach (var agent in shown.Where(agent => agent.Path is not null))
        {
            if (agent.VersionNote is { } note && agent.Version != agent.TriedWith)
            {
                call.Say($"{agent.Name} {agent.Version} is {note}. {agent.Install}");
            }
            if (agent.SignedInBy.Count == 0)
            {
                call.Say($"{agent.Name} is not signed in, as far as can be seen. {agent.Advice}".TrimEnd());
            }
        }
        if (list.Agents.Except(shown).Select(agent => agent.Name).ToList() is [_, ..] more)
        {
            call.Say($"Known by declaration, and not installed: {string.Join(", ", more)}.");
        }
        call.Say("While they work for AutoBuild, those built in neither update themselves nor send telemetry. Try one: autobuild agent check NAME");
    }

    private static string Status(AgentBody agent) => agent.Path is null ? "not installed" : agent.SignedInBy.Count > 0 ? "ok" : "no sign-in";

    private static void Show(Call call, AgentChecked tried)
    {
        call.Say($"{(tried.Ok ? "✓" : "✗")} {tried.Sentence}");
        if (tried.Ok)
        {
            Tables.Facts(call, ("answer", Plain.Line(tried.Answer ?? "", 80)), ("model", tried.Model), ("time", Plain.Seconds(tried.Seconds)), ("used", Used(tried.Usage)));
        }
    }

    private static string Used(RunUsage usage) => string.Create(CultureInfo.InvariantCulture,
        $"{usage.InputTokens + usage.OutputTokens:N0} tokens{(usage.CostUsd is > 0 and var cost ? $", ${cost:0.0000}" : "")}");
}
