using AutoBuild.Configuration;

namespace AutoBuild.Hosting;

/// <summary>Says what <see cref="Server"/> is to run.</summary>
public sealed record ServeRequest
{
    /// <summary><c>all</c>, or names of modules with commas between.</summary>
    public required string Target { get; init; }

    /// <summary>Absolute path of the data directory; made if missing.</summary>
    public required string Data { get; init; }

    public required Settings Settings { get; init; }

    /// <summary>Command line that starts this binary; the launcher appends the runner's arguments.</summary>
    public required IReadOnlyList<string> SelfCommand { get; init; }

    /// <summary>0 picks a free one; null is that of the settings.</summary>
    public int? OrchestratorPort { get; init; }

    public int? MemoryPort { get; init; }

    public int? WebPort { get; init; }

    /// <summary>Ends the server after so long without a client, a job or a landing; null never does.</summary>
    public TimeSpan? IdleExit { get; init; }

    /// <summary>Whether a server with <see cref="IdleExit"/> on the same data is asked to hand over.</summary>
    public bool TakeOver { get; init; }

    /// <summary>Takes the address, once healthy.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Takes warnings and errors, a line each.</summary>
    public required TextWriter Error { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
