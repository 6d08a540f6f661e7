using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;

namespace AutoBuild.Core.Landings;

/// <summary>Is something that happened to a landing; a closed family.</summary>
public abstract record LandingInput(LandingTrigger Trigger)
{
    public sealed record Taken(string OntoCommit, LandingBatch? Batch = null) : LandingInput(LandingTrigger.Take);

    public sealed record Merged(string Commit) : LandingInput(LandingTrigger.Merged)
    {
        /// <summary>The files in which both sides met, with their answers.</summary>
        public IReadOnlyList<LandingConflict> Resolved { get; init; } = [];

        /// <summary>Its place once those that can't be merged have left; null keeps that which it was taken with.</summary>
        public LandingBatch? Batch { get; init; }
    }

    public sealed record AlreadyContained() : LandingInput(LandingTrigger.AlreadyContained);

    /// <summary>The merge left something open, or its checks failed after answers that were guesses.</summary>
    public sealed record Conflicted(IReadOnlyList<LandingConflict> Conflicts) : LandingInput(LandingTrigger.Conflicted)
    {
        /// <summary>The files of the same merge that are settled.</summary>
        public IReadOnlyList<LandingConflict> Resolved { get; init; } = [];

        /// <summary>The commit that it was merged onto, which an answer is bound to; null is the one it was taken with.</summary>
        public string? Onto { get; init; }

        public QaReport? Qa { get; init; }

        /// <summary>Null names the files.</summary>
        public string? Error { get; init; }
    }

    /// <summary>A person answered a part of what is open.</summary>
    public sealed record Answered(IReadOnlyList<LandingConflict> Conflicts) : LandingInput(LandingTrigger.Answer);

    /// <summary>The merged tree passed, or a person landed work that no check covers.</summary>
    public sealed record Passed(QaReport Qa) : LandingInput(LandingTrigger.Passed);

    public sealed record Failed(QaReport? Qa, string Error) : LandingInput(LandingTrigger.Failed);

    public sealed record Moved() : LandingInput(LandingTrigger.Moved);

    public sealed record StartOver(string Why) : LandingInput(LandingTrigger.StartOver);

    public sealed record Ejected(string Why) : LandingInput(LandingTrigger.Eject);

    public sealed record Cancelled(string Why) : LandingInput(LandingTrigger.Cancel);

    public sealed record Requeued() : LandingInput(LandingTrigger.Requeue)
    {
        /// <summary>The person who settled the merge, and so approves it; null keeps who approved it.</summary>
        public string? By { get; init; }

        /// <summary>What was settled by then; null keeps what is known.</summary>
        public IReadOnlyList<LandingConflict>? Resolved { get; init; }
    }

    /// <summary>Returns the landing after this, or why nothing changes.</summary>
    public Result<Landing> Apply(Landing landing, DateTimeOffset now) =>
        LandingMachine.After(landing.State, Trigger) is { } to
            ? Told(landing with { State = to, UpdatedAt = now, LandedAt = to == LandingState.Landed ? now : null })
            : new Refusal(RefusalKind.Conflict, "illegal_landing_transition", $"A landing that is {SnakeCase.Of(landing.State)} can't take {SnakeCase.Of(Trigger)}.");

    private Landing Told(Landing landing) => this switch
    {
        Taken taken => landing with { OntoCommit = taken.OntoCommit, Batch = taken.Batch, MergedCommit = null, Qa = null, Conflicts = [], Error = null },
        Merged merged => landing with { MergedCommit = merged.Commit, Batch = merged.Batch ?? landing.Batch, Resolved = merged.Resolved },
        Conflicted conflicted => landing with
        {
            Conflicts = conflicted.Conflicts,
            Resolved = conflicted.Resolved,
            OntoCommit = conflicted.Onto ?? landing.OntoCommit,
            Qa = conflicted.Qa,
            Error = conflicted.Error ?? $"Conflict in {string.Join(", ", conflicted.Conflicts.Select(conflict => conflict.Path))}.",
        },
        Answered answered => landing with { Conflicts = answered.Conflicts },
        Passed passed => landing with { Qa = passed.Qa },
        Failed failed => landing with { Qa = failed.Qa, Error = failed.Error },
        StartOver over => landing with { Batch = null, Error = over.Why },
        Ejected ejected => landing with { Error = ejected.Why },
        Cancelled cancelled => landing with { Error = cancelled.Why },
        Requeued requeued => landing with { Batch = null, Error = null, ApprovedBy = requeued.By ?? landing.ApprovedBy, Resolved = requeued.Resolved ?? landing.Resolved },
        _ => landing with { Error = null },
    };
}
