namespace AutoBuild.Orchestrator.Landings;

/// <summary>Is what a batch does next; places are counted from 1, and a place stands for all up to it.</summary>
public abstract record BatchMove
{
    private BatchMove()
    {
    }

    /// <summary>Check the merged tree of the first <paramref name="Place"/> members.</summary>
    public sealed record Check(int Place) : BatchMove;

    /// <summary>All is known: the proven ones land, and the one after them is to blame, if there is one after them.</summary>
    public sealed record Settle(int Land, int? Culprit) : BatchMove;
}

/// <summary>
/// Decides which merged tree of a batch is checked next. Members are merged one after another, so place k holds all of 1 to k: the whole is checked first,
/// and where it fails the shortest failing prefix is searched for by halves. Only a member whose tree failed twice, on a prefix that passed, is blamed.
/// </summary>
/// <param name="Count">Members.</param>
/// <param name="Proven">The longest prefix that passed; 0 is the tip.</param>
/// <param name="Red">The shortest prefix beyond it that failed.</param>
/// <param name="IsTwice">Whether that one failed at its second try too.</param>
public sealed record BatchPlan(int Count, int Proven = 0, int? Red = null, bool IsTwice = false)
{
    public BatchMove Next => Red switch
    {
        null when Proven == Count => new BatchMove.Settle(Count, null),
        null => new BatchMove.Check(Count),
        { } red when red > Proven + 1 => new BatchMove.Check((Proven + red) / 2),
        { } red when IsTwice => new BatchMove.Settle(Proven, red),
        { } red => new BatchMove.Check(red),
    };

    /// <summary>Takes in how the check of a prefix ended.</summary>
    public BatchPlan After(int place, bool passed) => passed
        ? this with { Proven = Math.Max(Proven, place), Red = Red <= place ? null : Red, IsTwice = IsTwice && Red > place }
        : this with { Red = place, IsTwice = Red == place };

    /// <summary>Goes on with the first members alone, after one behind them left.</summary>
    public BatchPlan Cut(int count) =>
        Red > count ? new BatchPlan(count, Math.Min(Proven, count)) : this with { Count = count, Proven = Math.Min(Proven, count) };
}
