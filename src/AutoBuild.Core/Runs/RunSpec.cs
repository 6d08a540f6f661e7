using AutoBuild.Core.Qa;

namespace AutoBuild.Core.Runs;

/// <summary>Is the document that tells a runner everything about one attempt (<c>spec.json</c> of the run folder).</summary>
public sealed record RunSpec
{
    public required RunKind Kind { get; init; }

    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    public required RunProject Project { get; init; }

    /// <summary>Null for a check run.</summary>
    public RunTicket? Ticket { get; init; }

    public required RunTree Tree { get; init; }

    /// <summary>Null for a check run.</summary>
    public RunAgent? Agent { get; init; }

    public required RunQa Qa { get; init; }

    /// <summary>What is made again in a check run, before the checks; mostly nothing.</summary>
    public IReadOnlyList<RunGenerate> Generate { get; init; } = [];

    public RunLimits Limits { get; init; } = new();

    /// <summary>What it may use; null bounds nothing.</summary>
    public RunBudget? Budget { get; init; }

    /// <summary>Names of the secrets that the agent gets; their values come on the runner's standard input and stand nowhere.</summary>
    public IReadOnlyList<string> SecretNames { get; init; } = [];

    /// <summary>Names of the secrets that setup, checks and teardown get.</summary>
    public IReadOnlyList<string> CheckSecretNames { get; init; } = [];

    /// <summary>Files of the user's that let the agent's command line sign in.</summary>
    public IReadOnlyList<RunLogin> Logins { get; init; } = [];

    /// <summary>What of the machine is closed to all that runs in the tree; null closes nothing.</summary>
    public RunWalls? Walls { get; init; }

    /// <summary>What the memory gives it to start with; empty where there is none.</summary>
    public string Context { get; init; } = "";

    /// <summary>What of the memory it has to do without, for people; null where nothing is missing.</summary>
    public string? ContextNote { get; init; }

    /// <summary>Names of variables of the host that the agent alone may see: where its provider is.</summary>
    public IReadOnlyList<string> AgentVariables { get; init; } = [];

    /// <summary>Names of environment variables of the host that agent and checks may see, beyond the built-in list.</summary>
    public IReadOnlyList<string> AllowedEnvironment { get; init; } = [];
}

/// <summary>Tells an attempt of a ticket from a check of a given commit.</summary>
public enum RunKind
{
    /// <summary>Prepare, agent, commit, QA, fix rounds, report.</summary>
    Agent,

    /// <summary>Prepare, QA, report, at <see cref="RunTree.StartCommit"/>.</summary>
    Check,
}

/// <summary>Names files that a command makes.</summary>
/// <param name="Paths">Patterns, as in the recipe.</param>
/// <param name="Command">For <c>/bin/sh -c</c> at the root of the tree.</param>
public sealed record RunGenerate(IReadOnlyList<string> Paths, string Command);

public sealed record RunProject(Guid Id, string Name);

/// <summary>Is a file or folder that is copied into the agent's HOME.</summary>
/// <param name="Home">The user's own home; nothing outside of it is read.</param>
/// <param name="Path">Relative to both homes.</param>
public sealed record RunLogin(string Home, string Path);

/// <summary>Says what of the machine is closed to what runs in a tree; its own tree, git dir, HOME and TMPDIR are always open.</summary>
public sealed record RunWalls
{
    /// <summary>Not to be seen at all: the data directory, the trees of others, the user's credentials.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>To be written although the machine is read-only; "/" leaves the machine writable.</summary>
    public IReadOnlyList<string> Writable { get; init; } = [];
}

/// <summary>Is the ticket as it stood at submit.</summary>
/// <param name="Prompt">The frozen text that the agent is given.</param>
public sealed record RunTicket(Guid Id, string Title, string Prompt);

/// <summary>Says which tree the runner makes, and where.</summary>
public sealed record RunTree
{
    /// <summary>The project's bare clone.</summary>
    public required string Repository { get; init; }

    /// <summary>Where the working tree stands, stable per ticket.</summary>
    public required string Path { get; init; }

    /// <summary>The git dir of this job alone.</summary>
    public required string GitDir { get; init; }

    /// <summary>The branch the work is committed to.</summary>
    public required string Branch { get; init; }

    /// <summary>The commit the tree starts at: the branch where an earlier run left one, else the base.</summary>
    public required string StartCommit { get; init; }

    /// <summary>The commit of the target that the work is measured against.</summary>
    public required string BaseCommit { get; init; }

    public required string TargetBranch { get; init; }

    /// <summary>The user's checkout, from which ignored files are copied; null where there is none.</summary>
    public string? CopyFrom { get; init; }

    /// <summary>HOME of the agent, kept across the runs of a ticket.</summary>
    public required string Home { get; init; }

    /// <summary>TMPDIR of this attempt.</summary>
    public required string Temp { get; init; }

    /// <summary>First of ten ports; 0 where none are set aside.</summary>
    public int PortBase { get; init; }
}

/// <summary>Says which agent works, and how.</summary>
public sealed record RunAgent
{
    public required string Name { get; init; }

    /// <summary>How to start it, where the configuration says so; null for those built in.</summary>
    public AgentDeclaration? Declaration { get; init; }

    /// <summary>Command line of agent <c>command</c>.</summary>
    public string? Command { get; init; }

    /// <summary>Script of agent <c>scripted</c>, as text.</summary>
    public string? Script { get; init; }

    /// <summary>What the ticket asks for; null leaves it to the recipe, then to <see cref="DefaultModel"/>.</summary>
    public string? Model { get; init; }

    /// <summary>The configuration's model for this agent; null leaves it to the command line.</summary>
    public string? DefaultModel { get; init; }

    /// <summary>The session of the CLI to resume; null starts a fresh one.</summary>
    public string? SessionId { get; init; }

    /// <summary>Why a session that there is must not be resumed; null where there is none, or it is <see cref="SessionId"/>.</summary>
    public string? SessionLeft { get; init; }

    /// <summary>The runs before this one on the same work, newest first; for a session that can't be resumed.</summary>
    public IReadOnlyList<EarlierRun> Earlier { get; init; } = [];

    /// <summary>A person's message that this run answers; null for a first run.</summary>
    public string? Message { get; init; }

    /// <summary>Where the agent's share of the work stands: 1 for the first agent turn of this ticket.</summary>
    public int Turn { get; init; } = 1;

    /// <summary>What it may do; the recipe may say otherwise.</summary>
    public AgentTerms Terms { get; init; } = new();

    /// <summary>Requests to the model from a start of the agent to its end; the recipe may say another number.</summary>
    public int MaxTurns { get; init; } = 50;
}

/// <summary>Says how the work is checked.</summary>
public sealed record RunQa
{
    /// <summary>False gives the verdict not_run.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How often failures go back to the agent; default 3.</summary>
    public int FixRounds { get; init; } = 3;

    /// <summary>Checks that replace recipe and detection; null reads the recipe of the base commit, else detects.</summary>
    public IReadOnlyList<QaCheck>? Checks { get; init; }

    /// <summary>Folder of cached results, by project, tree and recipe; null caches nothing.</summary>
    public string? Cache { get; init; }
}

/// <summary>Bounds one attempt.</summary>
public sealed record RunLimits
{
    /// <summary>Seconds of one attempt; default 1,800.</summary>
    public double WallSeconds { get; init; } = 1800;

    /// <summary>Seconds without output of the agent; default 600.</summary>
    public double IdleSeconds { get; init; } = 600;

    /// <summary>The same tool calls with the same results so often in a row end the agent; 0 never; default 40.</summary>
    public int Repetitions { get; init; } = 40;

    /// <summary>Seconds with nothing new from an agent that is not silent, before that is reported, or ends it where it repeats tool calls; 0 never; default 600.</summary>
    public double NoProgressSeconds { get; init; } = 600;

    /// <summary>Seconds without a renew before the runner ends its agent; default 50. Must stay below the lease.</summary>
    public double RenewSeconds { get; init; } = 50;

    /// <summary>Seconds between SIGINT and the kill; default 3.</summary>
    public double GraceSeconds { get; init; } = 3;

    /// <summary>Bytes of raw output kept; default 200 MB, of which the first and last halves stay.</summary>
    public long LogBytes { get; init; } = 200_000_000;
}
