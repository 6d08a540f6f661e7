namespace AutoBuild.Core;

/// <summary>Says why something asked for was not done: an expected outcome, not a fault.</summary>
/// <param name="Kind">Chooses the HTTP status.</param>
/// <param name="Code">Stable snake_case word, listed in <c>docs/errors.md</c>.</param>
/// <param name="Sentence">What was expected and what to do.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Sentence);

/// <summary>Tells apart what is missing (404), what clashes with the present state (409) and what is malformed (400).</summary>
public enum RefusalKind
{
    NotFound,
    Conflict,
    Invalid,
}

/// <summary>Holds either a value or the reason why there is none.</summary>
public readonly record struct Result<T>
{
    private Result(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    public T? Value { get; }

    public Refusal? Refusal { get; }

    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(false, nameof(Refusal))]
    public bool Done => Refusal is null;

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);

    /// <summary>Returns the value, or throws the refusal as a fault where the caller rules it out.</summary>
    public T OrThrow() => Done ? Value : throw new AutoBuildException(Refusal.Code, Refusal.Sentence);
}
