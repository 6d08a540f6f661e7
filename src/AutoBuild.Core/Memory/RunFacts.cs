namespace AutoBuild.Core.Memory;

/// <summary>Is what is known of a run after its end, or after its landing: facts that we saw ourselves, and no claims of an agent.</summary>
public sealed record RunFacts
{
    public required Guid Project { get; init; }

    public required Guid Ticket { get; init; }

    public required Guid Job { get; init; }

    /// <summary>Title and text of the ticket, as frozen at submit.</summary>
    public required string Asked { get; init; }

    public required RunEnd End { get; init; }

    /// <summary>Paths that the branch changed against its base.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>Those of them that are new with it.</summary>
    public IReadOnlyList<string> Added { get; init; } = [];

    /// <summary>Paths that its agents opened, as their tools told.</summary>
    public IReadOnlyList<string> Read { get; init; } = [];

    /// <summary>The attempts that were handed a context.</summary>
    public IReadOnlyList<int> Given { get; init; } = [];

    /// <summary>Why it did not go well, in one sentence; null where it did.</summary>
    public string? Why { get; init; }

    /// <summary>Each check that failed on the way, with what mended it.</summary>
    public IReadOnlyList<FailedCheck> Failed { get; init; } = [];

    /// <summary>Checks that passed on the commit that came out.</summary>
    public IReadOnlyList<PassedCheck> Passed { get; init; } = [];

    /// <summary>What people or a reviewer said of it.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>The commit that came out; null where there is none.</summary>
    public string? Commit { get; init; }

    public string? Agent { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>Tells how a run ended.</summary>
public enum RunEnd
{
    /// <summary>The work stands and waits for somebody or for its train: neither good nor bad yet.</summary>
    Waiting,
    Landed,

    /// <summary>A person took it off its train.</summary>
    Rejected,

    /// <summary>It met other work on its way and the merge is open.</summary>
    Conflict,

    /// <summary>Checks failed on the merged tree.</summary>
    Red,

    /// <summary>The train let go of it.</summary>
    Ejected,
    Failed,
    Cancelled,
}

/// <param name="Name">Of the check.</param>
/// <param name="Command">What was run.</param>
/// <param name="Output">Its last lines, at most 2,000 characters, secrets masked.</param>
/// <param name="MendedBy">Paths changed between this failure and the pass; empty where it never passed.</param>
public sealed record FailedCheck(string Name, string Command, string Output, IReadOnlyList<string> MendedBy);

/// <param name="Name">Of the check.</param>
/// <param name="Command">What was run.</param>
public sealed record PassedCheck(string Name, string Command);
