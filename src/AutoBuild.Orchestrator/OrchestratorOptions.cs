using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Callbacks;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Resolving;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator;

/// <summary>Holds what the orchestrator is told at start; durations and sizes as in <c>autobuild.yaml</c>.</summary>
public sealed record OrchestratorOptions
{
    /// <summary>Holds clones, working trees and run folders.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Command line that starts this binary, such as <c>dotnet /opt/autobuild/autobuild.dll</c>; <c>runner --spec F</c> is appended.</summary>
    public required IReadOnlyList<string> RunnerCommand { get; init; }

    public QueueOptions Queue { get; init; } = new();

    public WorktreeOptions Worktrees { get; init; } = new();

    public LandingOptions Landing { get; init; } = new();

    public CallbackOptions Callbacks { get; init; } = new();

    public AgentOptions Agents { get; init; } = new();

    /// <summary>The model that is asked for conflicts; default none.</summary>
    public ResolveOptions Resolving { get; init; } = new();

    /// <summary>Prices that an operator adds to the built-in ones, by model.</summary>
    public IReadOnlyDictionary<string, Price> Prices { get; init; } = new Dictionary<string, Price>();

    /// <summary>How often failing checks go back to the agent; default 3.</summary>
    public int FixRounds { get; init; } = 3;

    /// <summary>Longest silence of an agent; default 10 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Seconds between the polite stop of an agent and its kill; default 3.</summary>
    public double GraceSeconds { get; init; } = 3;

    /// <summary>Bytes that the folders of ended runs may take together; beyond it the oldest go; default 20 GB.</summary>
    public long RunBytes { get; init; } = 20_000_000_000;

    /// <summary>Reads in the text of a recipe which command makes which of some files; by default none does.</summary>
    public Func<string, IReadOnlyList<string>, IReadOnlyDictionary<string, RunGenerate>> MakersOf { get; init; } = (_, _) => new Dictionary<string, RunGenerate>();

    /// <summary>Looks at what the machine has left; null looks at this one.</summary>
    public Func<MachineRoom>? Machine { get; init; }

    /// <summary>The home of the server's user, where logins are taken from and credentials are hidden.</summary>
    public string UserHome { get; init; } = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);

    /// <summary>Reads the server's own environment, from which agents sign in.</summary>
    public Func<IReadOnlyDictionary<string, string>> Environment { get; init; } = OwnEnvironment.Read;

    /// <summary>What a runner may take beyond the limit of an attempt, for checks under way and its report; default 60 seconds.</summary>
    public TimeSpan OverdueMargin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Tokens of what the memory gives a run to start with; default 4,000.</summary>
    public int ContextTokens { get; init; } = 4000;

    /// <summary>How long a start waits for the memory; default 10 seconds.</summary>
    public TimeSpan ContextPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the memory may take to learn from one job; default 60 seconds.</summary>
    public TimeSpan LessonPatience { get; init; } = TimeSpan.FromSeconds(60);

    internal string TicketRoot => Path.Combine(DataDirectory, "tickets");

    internal string WorktreeRoot => Worktrees.BasePath ?? Path.Combine(DataDirectory, "worktrees");
}

/// <summary>Bounds the working trees.</summary>
public sealed record WorktreeOptions
{
    /// <summary>Where they stand; null is <c>worktrees</c> in the data directory.</summary>
    public string? BasePath { get; init; }

    /// <summary>Most leases at once; default 20.</summary>
    public int MaxActive { get; init; } = 20;

    /// <summary>Default 5 minutes.</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an idle tree is kept warm; default 2 hours.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long saved work is kept, and longer while its ticket is open; default 30 days.</summary>
    public TimeSpan RescueMaxAge { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>Says how trains land what passed.</summary>
public sealed record LandingOptions
{
    /// <summary>Most landings that are tried together; 1 lands one by one; default 8.</summary>
    public int MaxBatch { get; init; } = 8;

    /// <summary>How often work whose merge fails its checks goes back to its agent before a person has to look; default 1.</summary>
    public int Reworks { get; init; } = 1;

    /// <summary>Whether work that conflicts goes back to its agent too, which then merges the target into its branch; default false.</summary>
    public bool ReworkConflicts { get; init; }
}

/// <summary>Says which agent works where a ticket and its project name none, and what agents may see.</summary>
public sealed record AgentOptions
{
    /// <summary>Null refuses tickets that name no agent.</summary>
    public string? Default { get; init; }

    public int MaxTurns { get; init; } = 50;

    /// <summary>What agents may do where the recipe says nothing; default everything.</summary>
    public AgentTerms Terms { get; init; } = new();

    /// <summary>The model of each agent where ticket and recipe name none; default the command line's own.</summary>
    public IReadOnlyDictionary<string, string> Models { get; init; } = new Dictionary<string, string>();

    /// <summary>The same tool calls with the same results so often in a row end an agent; 0 never; default 40.</summary>
    public int RepetitionLimit { get; init; } = 40;

    /// <summary>How long an agent may bring nothing new before that is reported, or ends it where it repeats tool calls; default 10 minutes.</summary>
    public TimeSpan NoProgress { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether the agent that works is handed its own provider's variables and login without being told; default true.</summary>
    public bool SignIn { get; init; } = true;

    /// <summary>Names of host variables that agents may see beyond the built-in list.</summary>
    public IReadOnlyList<string> AllowedEnvironment { get; init; } = [];

    /// <summary>Names of variables of the server whose values agents get, masked wherever they show; default none.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>The same for setup, checks and teardown.</summary>
    public IReadOnlyList<string> CheckSecrets { get; init; } = [];

    /// <summary>Files and folders of the user's home that are copied into an agent's; default none.</summary>
    public IReadOnlyList<string> Logins { get; init; } = [];

    /// <summary>Absolute paths that agents may write beside their own tree; "/" is all.</summary>
    public IReadOnlyList<string> Writable { get; init; } = [];

    /// <summary>Agents of the configuration, by name.</summary>
    public IReadOnlyDictionary<string, AgentDeclaration> Declared { get; init; } = new Dictionary<string, AgentDeclaration>();

    /// <summary>All agents that a ticket may name.</summary>
    public IReadOnlyList<string> Names => [.. KnownAgents.Names, .. Declared.Keys];

    /// <summary>Chooses the agent: what was asked for, else the ticket's, the project's, ours; null where none is named.</summary>
    public string? Choose(string? asked, Ticket? ticket, Project? project) => asked ?? ticket?.Agent ?? project?.Agent ?? Default;
}
