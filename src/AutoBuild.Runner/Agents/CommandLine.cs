using AutoBuild.Runner.Qa;

namespace AutoBuild.Runner.Agents;

/// <summary>Knows one coding agent's command line: how to start it without a person, and how to read what it prints.</summary>
internal abstract class CommandLine
{
    /// <summary>The name by which a ticket asks for it; one of <see cref="Core.Runs.KnownAgents"/>.</summary>
    public abstract string Name { get; }

    /// <summary>The program, looked up in the agent's PATH.</summary>
    public abstract string Program { get; }

    /// <summary>The npm package it comes from, with the version that was tried; null where none was.</summary>
    public virtual (string Name, string Version)? Package => null;

    /// <summary>Says to a person how to sign in.</summary>
    public virtual string? Advice => Core.Runs.AgentSignIn.Of(Name)?.Advice;

    /// <summary>What of its arguments, variables and settings keeps it from updating itself, from telemetry and from the network at start.</summary>
    public virtual IReadOnlyList<string> Quiet => [];

    /// <summary>Arguments of one turn. The task is not among them: it goes to standard input, since the kernel bounds an argument to 128 KiB.</summary>
    /// <param name="session">The session to go on with; null begins one.</param>
    public abstract IReadOnlyList<string> Arguments(AgentContext context, string? session);

    /// <summary>Variables that keep it quiet (updates, telemetry) and its state in this ticket's own HOME.</summary>
    public virtual IReadOnlyDictionary<string, string> Environment(AgentContext context) => new Dictionary<string, string>();

    /// <summary>The files of instructions that it would read in a repository. It reads none of the tree's: those of the base commit are handed to it.</summary>
    public virtual IReadOnlyList<string> Instructions => [];

    /// <summary>As <see cref="IAgent.SettingsAsync"/>.</summary>
    public virtual Task<ProjectSettings> SettingsAsync(Func<string, Task<string?>> read, IReadOnlySet<string> secrets) => Task.FromResult(new ProjectSettings());

    /// <summary>What in HOME could configure it, relative to HOME: removed before each start, for an earlier one may have written it.</summary>
    public virtual IReadOnlyList<string> Configuration => [];

    /// <summary>As <see cref="IAgent.CannotHold"/>.</summary>
    public virtual string? CannotHold(AgentReach reach) => reach.IsFull ? null : "only its walls keep it from anything";

    /// <summary>As <see cref="IAgent.CannotUse"/>.</summary>
    public virtual string? CannotUse(McpServer server) => "it is started as it is told, and takes no servers";

    /// <summary>Writes the files it needs before a start.</summary>
    public virtual void Prepare(AgentContext context)
    {
    }

    /// <summary>What goes to its standard input.</summary>
    public virtual string Input(AgentContext context) => context.Prompt;

    /// <summary>Says why it can't be started with this task; null where it can.</summary>
    public virtual Core.Runs.RunError? Refuse(AgentContext context) => null;

    public abstract AgentReader Reader();

    /// <summary>Puts what a person says into the form that the agent takes while it works; null where it takes nothing but the prompt.</summary>
    public virtual Func<string, byte[]>? Message => null;

    /// <summary>A file or folder in the agent's HOME.</summary>
    protected static string InHome(AgentContext context, string path) => Path.Combine(context.Environment["HOME"], path);

    /// <summary>Whether the agent was given a variable.</summary>
    protected static bool Has(AgentContext context, string name) => context.Environment.TryGetValue(name, out var value) && value.Length > 0;

    protected static IEnumerable<string> Option(string name, string? value) => value is null ? [] : [name, value];
}
