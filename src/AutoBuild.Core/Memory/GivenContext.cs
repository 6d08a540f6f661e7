namespace AutoBuild.Core.Memory;

/// <summary>Is what one attempt was given to start with, and what became of it.</summary>
public sealed record GivenContext
{
    public required Guid ProjectId { get; init; }

    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    public int Tokens { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>When its use was seen; null before the job's end.</summary>
    public DateTimeOffset? JudgedAt { get; init; }

    /// <summary>In the order of the text.</summary>
    public IReadOnlyList<GivenSource> Sources { get; init; } = [];
}

/// <param name="Read">Whether the agent opened the file; null before the end, and where its agent does not tell.</param>
/// <param name="Changed">Whether the work changed it; null before the end.</param>
public sealed record GivenSource(string Path, int StartLine, int EndLine, ContextPart Part, bool? Read = null, bool? Changed = null);

/// <summary>Sums up how useful to the runs of a project was what they were given.</summary>
/// <param name="Runs">Those that were given something and are over.</param>
/// <param name="Given">Files, each once a run.</param>
/// <param name="Read">Those of them that an agent opened.</param>
/// <param name="Changed">Those of them that the work changed.</param>
/// <param name="Used">Those that were read or changed.</param>
/// <param name="ChangedInAll">All files that those runs changed, given or not.</param>
public sealed record Usefulness(int Runs, int Given, int Read, int Changed, int Used, int ChangedInAll);
