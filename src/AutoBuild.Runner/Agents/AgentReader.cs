namespace AutoBuild.Runner.Agents;

/// <summary>Reads what an agent prints in one turn: events on the way, and at the end whether it failed.</summary>
internal abstract class AgentReader
{
    /// <summary>Says what one line means: nothing, one thing, or several.</summary>
    public abstract IReadOnlyList<AgentLine> Read(string line);

    /// <summary>How many requests to the model it has seen, where the command line itself has no limit of them; else 0.</summary>
    public virtual int Turns => 0;

    /// <summary>Says why the turn failed; null where it did its work.</summary>
    /// <remarks>An exit code alone is never believed: command lines end with 0 after a refusal, and with 1 after a full answer.</remarks>
    public abstract AgentFault? Conclude(int exitCode, DateTimeOffset now);
}
