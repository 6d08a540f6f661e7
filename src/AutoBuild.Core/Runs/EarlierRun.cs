namespace AutoBuild.Core.Runs;

/// <summary>Is what an earlier run of the same work left for one that can't go on in its session; every text is capped.</summary>
public sealed record EarlierRun
{
    /// <summary>How it ended, in words.</summary>
    public required string Ended { get; init; }

    /// <summary>The agent's closing words.</summary>
    public string? Summary { get; init; }

    /// <summary>What it asked.</summary>
    public string? Question { get; init; }

    /// <summary>What people said to it, oldest first.</summary>
    public IReadOnlyList<string> Messages { get; init; } = [];

    /// <summary>The required checks that failed at its end, each with the last lines of its output.</summary>
    public IReadOnlyList<string> FailedChecks { get; init; } = [];
}

/// <summary>Tells in which session of its command line an agent worked.</summary>
public enum RunSession
{
    /// <summary>A new one, and nothing came before it.</summary>
    Fresh,

    /// <summary>The one of the run before.</summary>
    Resumed,

    /// <summary>A new one that was told what those before it left.</summary>
    FreshWithSummary,
}
