namespace AutoBuild.Orchestrator.Landings;

/// <summary>Learns how many landings a train tries together: twice as many after a full batch that passed whole, half as many after one that lost a member, one alone after a fault.</summary>
public static class BatchLimit
{
    /// <summary>How many the next batch may hold; a train that has learnt nothing begins with the most.</summary>
    public static int Of(int? learnt, int most) => Math.Clamp(learnt ?? most, 1, most);

    /// <summary>The limit after a batch of <paramref name="size"/> passed whole; a small one says nothing about larger ones.</summary>
    public static int Grown(int limit, int size, int most) => size < limit ? limit : Math.Min(limit * 2, most);

    public static int Shrunk(int limit) => Math.Max(1, limit / 2);
}
