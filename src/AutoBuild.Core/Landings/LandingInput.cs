using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;

namespace AutoBuild.Core.Landings;

/// <summary>Is something that happened to a landing; a closed family.</summary>
public abstract record LandingInput(LandingTrigger Trigger)
{
    public sealed record Taken(string OntoCommit) : LandingInput(LandingTrigger.Take);

    public sealed record Merged(string Commit) : LandingInput(LandingTrigger.Merged);

    public sealed record AlreadyContained() : LandingInput(LandingTrigger.AlreadyContained);

    public sealed record Conflicted(IReadOnlyList<LandingConflict> Conflicts) : LandingInput(LandingTrigger.Conflicted);

    /// <summary>The merged tree passed, or a person landed work that no check covers.</summary>
    public sealed record Passed(QaReport Qa) : LandingInput(LandingTrigger.Passed);

    public sealed record Failed(QaReport? Qa, string Error) : LandingInput(LandingTrigger.Failed);

    public sealed record Moved() : LandingInput(LandingTrigger.Moved);

    public sealed record StartOver(string Why) : LandingInput(LandingTrigger.StartOver);

    public sealed record Ejected(string Why) : LandingInput(LandingTrigger.Eject);

    public sealed record Cancelled(string Why) : LandingInput(LandingTrigger.Cancel);

    public sealed record Requeued() : LandingInput(LandingTrigger.Requeue);

    /// <summary>Returns the landing after this, or why nothing changes.</summary>
    public Result<Landing> Apply(Landing landing, DateTimeOffset now) =>
        LandingMachine.After(landing.State, Trigger) is { } to
            ? Told(landing with { State = to, UpdatedAt = now, LandedAt = to == LandingState.Landed ? now : null })
            : new Refusal(RefusalKind.Conflict, "illegal_landing_transition", $"A landing that is {SnakeCase.Of(landing.State)} can't take {SnakeCase.Of(Trigger)}.");

    private Landing Told(Landing landing) => this switch
    {
        Taken taken => landing with { OntoCommit = taken.OntoCommit, MergedCommit = null, Qa = null, Conflicts = [], Error = null },
        Merged merged => landing with { MergedCommit = merged.Commit },
        Conflicted conflicted => landing with { Conflicts = conflicted.Conflicts, Error = $"Conflict in {string.Join(", ", conflicted.Conflicts.Select(conflict => conflict.Path))}." },
        Passed passed => landing with { Qa = passed.Qa },
        Failed failed => landing with { Qa = failed.Qa, Error = failed.Error },
        StartOver over => landing with { Error = over.Why },
        Ejected ejected => landing with { Error = ejected.Why },
        Cancelled cancelled => landing with { Error = cancelled.Why },
        _ => landing with { Error = null },
    };
}
