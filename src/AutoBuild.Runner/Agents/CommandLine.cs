namespace AutoBuild.Runner.Agents;

/// <summary>Knows one coding agent's command line: how to start it without a person, and how to read what it prints.</summary>
internal abstract class CommandLine
{
    /// <summary>The name by which a ticket asks for it; one of <see cref="Core.Runs.KnownAgents"/>.</summary>
    public abstract string Name { get; }

    /// <summary>The program, looked up in the agent's PATH.</summary>
    public abstract string Program { get; }

    /// <summary>Arguments of one turn. The task is not among them: it goes to standard input, since the kernel bounds an argument to 128 KiB.</summary>
    /// <param name="session">The session to go on with; null begins one.</param>
    public abstract IReadOnlyList<string> Arguments(AgentContext context, string? session);

    /// <summary>Variables that keep it quiet (updates, telemetry) and its state in this ticket's own HOME.</summary>
    public virtual IReadOnlyDictionary<string, string> Environment(AgentContext context) => new Dictionary<string, string>();

    /// <summary>Writes the files it needs in HOME before a start, without touching what is there already.</summary>
    public virtual void Prepare(string home)
    {
    }

    public abstract AgentReader Reader();

    /// <summary>Puts what a person says into the form that the agent takes while it works; null where it takes nothing but the prompt.</summary>
    public virtual Func<string, byte[]>? Message => null;

    protected static void WriteOnce(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
        {
            File.WriteAllText(path, text);
        }
    }

    protected static IEnumerable<string> Option(string name, string? value) => value is null ? [] : [name, value];
}
