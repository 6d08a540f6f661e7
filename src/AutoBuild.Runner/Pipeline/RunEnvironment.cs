using System.Globalization;
using AutoBuild.Core;
using AutoBuild.Runner.Agents;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Makes the environments of what runs in the tree: an allow-list, what tells where one is, ports, and the recipe's own.</summary>
internal sealed class RunEnvironment(RunContext run, Recipe? recipe)
{
    /// <summary>For setup, checks and teardown: with the secrets that are theirs, which are none unless the configuration names some.</summary>
    public Dictionary<string, string> ForChecks() => AgentEnvironment.Create(run.Spec.Tree.Home, run.Spec.Tree.Temp, With(Extra(), run.Secrets.ForChecks));

    /// <summary>For the agent: with the secrets it was given.</summary>
    /// <param name="round">Agent turns within this attempt, from 1.</param>
    /// <param name="trigger">ticket, fix or message.</param>
    /// <param name="briefing">What the agent should know of the run.</param>
    public Dictionary<string, string> ForAgent(int round, string trigger, Briefing briefing)
    {
        var extra = Extra();
        AddHost(extra, run.Spec.AgentVariables);
        extra["AUTOBUILD_TURN"] = Text(run.Spec.Agent?.Turn ?? 1);
        extra["AUTOBUILD_ROUND"] = Text(round);
        extra["AUTOBUILD_TRIGGER"] = trigger;
        extra[Briefing.Variable] = briefing.File;
        return AgentEnvironment.Create(run.Spec.Tree.Home, run.Spec.Tree.Temp, With(extra, run.Secrets.ForAgent));
    }

    private static Dictionary<string, string> With(Dictionary<string, string> extra, IReadOnlyDictionary<string, string> secrets)
    {
        foreach (var (name, value) in secrets)
        {
            extra[name] = value;
        }
        return extra;
    }

    private Dictionary<string, string> Extra()
    {
        var extra = Ports();
        AddHost(extra, run.Spec.AllowedEnvironment);
        foreach (var (name, value) in recipe?.Env ?? new Dictionary<string, string>())
        {
            extra[name] = value;
        }
        extra[ProcessSweep.JobVariable] = run.Spec.JobId.ToString();
        extra["AUTOBUILD_ATTEMPT"] = Text(run.Spec.Attempt);
        extra["AUTOBUILD_PROJECT"] = run.Spec.Project.Name;
        extra["AUTOBUILD_BRANCH"] = run.Spec.Tree.Branch;
        extra["AUTOBUILD_BASE"] = run.Spec.Tree.BaseCommit;
        if (run.Spec.Ticket is { } ticket)
        {
            extra["AUTOBUILD_TICKET"] = ticket.Id.ToString();
        }
        return extra;
    }

    private void AddHost(Dictionary<string, string> extra, IReadOnlyList<string> names)
    {
        foreach (var name in names.Where(run.Host.Environment.ContainsKey))
        {
            extra[name] = run.Host.Environment[name];
        }
    }

    private Dictionary<string, string> Ports()
    {
        var ticket = ShortId.Of(run.Spec.Ticket?.Id ?? run.Spec.JobId, 12);
        var ports = AgentEnvironment.ForPorts(run.Spec.Tree.PortBase, ticket);
        if (run.Spec.Tree.PortBase == 0)
        {
            return ports.Where(port => !port.Key.StartsWith("PORT", StringComparison.Ordinal)).ToDictionary();
        }
        foreach (var (at, name) in (recipe?.Ports ?? []).Index())
        {
            ports[name] = Text(run.Spec.Tree.PortBase + at);
        }
        return ports;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
