using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Writes down what a runner has to know.</summary>
public sealed class RunSpecs(OrchestratorOptions options)
{
    public RunFolder FolderOf(Guid job, int attempt) => RunFolder.Of(options.DataDirectory, job, attempt);

    /// <summary>Describes an attempt of a job.</summary>
    /// <param name="start">The commit its tree starts at.</param>
    /// <param name="history">What came before it.</param>
    /// <param name="budget">What it may use; the operator's prices are added here.</param>
    public RunSpec Agent(Job job, Project project, Ticket ticket, HeldTree tree, string target, string start, History history, RunBudget budget)
    {
        var agent = Agent(job, project, ticket, history);
        return WithSignIn(new RunSpec
        {
            Kind = RunKind.Agent,
            JobId = job.Id,
            Attempt = job.Attempt,
            Project = new RunProject(project.Id, project.Name),
            Ticket = new RunTicket(ticket.Id, ticket.Title, job.Prompt),
            Tree = Tree(project, tree, target, start, FolderOf(job.Id, job.Attempt), HomeOf(ticket.Id)),
            Agent = agent,
            Qa = Qa(project, options.FixRounds),
            Limits = Limits(),
            Budget = budget with { Prices = options.Prices },
            AllowedEnvironment = options.Agents.AllowedEnvironment,
            CheckSecretNames = options.Agents.CheckSecrets,
            Walls = Walls(),
        }, agent);
    }

    /// <summary>Describes an agent's turn that is for the agent's own sake: no checks, one minute, nothing kept.</summary>
    public RunSpec Trial(RunAgent agent, RunTicket ticket, RunTree tree)
    {
        return WithSignIn(new RunSpec
        {
            Kind = RunKind.Agent,
            JobId = ticket.Id,
            Attempt = 1,
            Project = new RunProject(ticket.Id, "trial"),
            Ticket = ticket,
            Tree = tree,
            Agent = agent with { DefaultModel = DefaultModel(agent.Name), Declaration = options.Agents.Declared.GetValueOrDefault(agent.Name) },
            Qa = new RunQa { Enabled = false },
            Budget = new RunBudget { CostUsd = AgentTrial.Dearest, Prices = options.Prices },
            // Nobody renews it: it ends by itself.
            Limits = Limits() with { WallSeconds = AgentTrial.Longest.TotalSeconds, RenewSeconds = 2 * AgentTrial.Longest.TotalSeconds },
            AllowedEnvironment = options.Agents.AllowedEnvironment,
            Walls = Walls(),
        }, agent);
    }

    /// <summary>Describes the check of a merged tree before the target moves to it.</summary>
    public RunSpec Check(Candidate candidate, int attempt, Project project, HeldTree tree) => new()
    {
        Kind = RunKind.Check,
        JobId = candidate.Id,
        Attempt = attempt,
        Project = new RunProject(project.Id, project.Name),
        Tree = Tree(project, tree, candidate.Target, candidate.Commit, FolderOf(candidate.Id, attempt), Path.Combine(FolderOf(candidate.Id, attempt).Path, "home")),
        Qa = Qa(project, 0),
        Limits = Limits(),
        AllowedEnvironment = options.Agents.AllowedEnvironment,
        CheckSecretNames = options.Agents.CheckSecrets,
        Walls = Walls(),
    };

    /// <summary>HOME of a ticket's agents, kept from run to run.</summary>
    public string HomeOf(Guid ticket) => Path.Combine(options.TicketRoot, ticket.ToString(), "agent-home");

    private RunSpec WithSignIn(RunSpec spec, RunAgent agent)
    {
        var signIn = new SignIns(options).Of(agent.Name);
        return spec with
        {
            AgentVariables = signIn.Variables,
            SecretNames = [.. options.Agents.Secrets.Union(signIn.Secrets)],
            Logins = [.. options.Agents.Logins.Union(signIn.Logins).Select(path => new RunLogin(options.UserHome, path))],
        };
    }

    private RunAgent Agent(Job job, Project project, Ticket ticket, History history)
    {
        var name = options.Agents.Choose(job.Agent, ticket, project)
            ?? throw new AutoBuildException("agent_missing", "Neither ticket, project nor configuration names an agent. Give the ticket one.");
        return new RunAgent
        {
            Name = name,
            Command = job.AgentCommand ?? ticket.AgentCommand,
            Script = job.AgentScript ?? ticket.AgentScript,
            Model = (job.Model ?? ticket.Model) is { Length: > 0 } model ? model : null,
            Declaration = options.Agents.Declared.GetValueOrDefault(name),
            DefaultModel = DefaultModel(name),
            SessionId = history.SessionId,
            SessionLeft = history.SessionLeft,
            Earlier = history.Runs,
            Message = job.Message,
            Turn = history.Turn,
            MaxTurns = options.Agents.MaxTurns,
            Terms = options.Agents.Terms,
        };
    }

    private string? DefaultModel(string agent) => options.Agents.Models.GetValueOrDefault(agent) ?? options.Agents.Declared.GetValueOrDefault(agent)?.Model;

    private static RunTree Tree(Project project, HeldTree tree, string target, string start, RunFolder folder, string home) => new()
    {
        Repository = tree.Lease.Repository,
        Path = tree.Lease.Tree,
        GitDir = tree.Lease.GitDir,
        Branch = tree.Row.BranchName,
        StartCommit = start,
        BaseCommit = tree.Row.BaseCommit ?? start,
        TargetBranch = target,
        CopyFrom = project.RepoPath,
        Home = home,
        Temp = Path.Combine(folder.Path, "tmp"),
        PortBase = tree.Row.PortBase ?? 0,
    };

    private RunQa Qa(Project project, int fixRounds) => new()
    {
        Enabled = project.QaEnabled,
        FixRounds = fixRounds,
        Cache = Path.Combine(options.DataDirectory, "qa-cache"),
    };

    private RunWalls Walls() => new()
    {
        Hidden = [options.DataDirectory, options.WorktreeRoot, .. UserCredentials.In(options.UserHome)],
        Writable = options.Agents.Writable,
    };

    private RunLimits Limits() => new()
    {
        WallSeconds = options.Queue.JobTimeout.TotalSeconds,
        IdleSeconds = options.IdleTimeout.TotalSeconds,
        Repetitions = options.Agents.RepetitionLimit,
        NoProgressSeconds = options.Agents.NoProgress.TotalSeconds,
        RenewSeconds = Math.Max(1, options.Queue.Lease.TotalSeconds * 5 / 6),
        GraceSeconds = options.GraceSeconds,
    };
}
