using System.Globalization;
using AutoBuild.Core.Runs;
using AutoBuild.Core;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Makes the environments of what runs in the tree: an allow-list, what tells where one is, ports, and the recipe's own.</summary>
internal sealed class RunEnvironment(RunSpec spec, RunnerHost host, Recipe? recipe)
{
    /// <summary>For setup, checks and teardown: no secrets.</summary>
    public Dictionary<string, string> ForChecks() => AgentEnvironment.Create(spec.Tree.Home, spec.Tree.Temp, Extra());

    /// <summary>For the agent: with the secrets it was given.</summary>
    /// <param name="round">Agent turns within this attempt, from 1.</param>
    /// <param name="trigger">ticket, fix or message.</param>
    public Dictionary<string, string> ForAgent(int round, string trigger)
    {
        var extra = Extra();
        extra["AUTOBUILD_TURN"] = Text(spec.Agent?.Turn ?? 1);
        extra["AUTOBUILD_ROUND"] = Text(round);
        extra["AUTOBUILD_TRIGGER"] = trigger;
        foreach (var name in spec.SecretNames.Where(host.Secrets.ContainsKey))
        {
            extra[name] = host.Secrets[name];
        }
        return AgentEnvironment.Create(spec.Tree.Home, spec.Tree.Temp, extra);
    }

    private Dictionary<string, string> Extra()
    {
        var extra = Ports();
        foreach (var name in spec.AllowedEnvironment.Where(host.Environment.ContainsKey))
        {
            extra[name] = host.Environment[name];
        }
        foreach (var (name, value) in recipe?.Env ?? new Dictionary<string, string>())
        {
            extra[name] = value;
        }
        extra[ProcessSweep.JobVariable] = spec.JobId.ToString();
        extra["AUTOBUILD_ATTEMPT"] = Text(spec.Attempt);
        extra["AUTOBUILD_PROJECT"] = spec.Project.Name;
        extra["AUTOBUILD_BRANCH"] = spec.Tree.Branch;
        extra["AUTOBUILD_BASE"] = spec.Tree.BaseCommit;
        if (spec.Ticket is { } ticket)
        {
            extra["AUTOBUILD_TICKET"] = ticket.Id.ToString();
        }
        return extra;
    }

    private Dictionary<string, string> Ports()
    {
        var ticket = ShortId.Of(spec.Ticket?.Id ?? spec.JobId, 12);
        var ports = AgentEnvironment.ForPorts(spec.Tree.PortBase, ticket);
        if (spec.Tree.PortBase == 0)
        {
            return ports.Where(port => !port.Key.StartsWith("PORT", StringComparison.Ordinal)).ToDictionary();
        }
        foreach (var (at, name) in (recipe?.Ports ?? []).Index())
        {
            ports[name] = Text(spec.Tree.PortBase + at);
        }
        return ports;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
