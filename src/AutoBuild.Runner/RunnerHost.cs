using AutoBuild.Workspaces;

namespace AutoBuild.Runner;

/// <summary>Is what the composition root gives a runner: clock, environment, secrets and its own command line.</summary>
public sealed record RunnerHost
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The environment of the runner's own process.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Values by name, as read from standard input; masked in everything that is kept. Null: whoever was to write them died.</summary>
    public IReadOnlyDictionary<string, string>? Secrets { get; init; } = new Dictionary<string, string>();

    /// <summary>The argv that starts this binary again, such as <c>dotnet /…/autobuild.dll</c>.</summary>
    public required IReadOnlyList<string> Self { get; init; }

    /// <summary>How agent and checks are held together, so that nothing of them outlives the run.</summary>
    public Confinement Confinement { get; init; } = Confinement.Namespace;

    /// <summary>Where a runner that broke says why.</summary>
    public Action<string>? Complain { get; init; }
}
