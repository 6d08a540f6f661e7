using AutoBuild.Core.Runs;
using AutoBuild.Runner.Journal;

namespace AutoBuild.Runner.Agents;

/// <summary>Turns the lines of an agent into events, and remembers what decides the turn.</summary>
internal sealed class AgentListener(EventLog events, Action<AgentLine> onLine)
{
    private const int MostEvents = 5_000;
    private const int MostOfAll = 50_000;
    private const int LongestSummary = 4_000;

    private readonly Queue<string> _closing = new();
    private int _count;
    private bool _toldOfRest;

    public string? Question { get; private set; }

    public string? SessionId { get; private set; }

    public bool Quota { get; private set; }

    public DateTimeOffset? ResetAt { get; private set; }

    public RunUsage Usage { get; private set; } = new();

    /// <summary>The last lines it said.</summary>
    public string? Summary => _closing.Count == 0 ? null : Tail(string.Join('\n', _closing));

    public void Heed(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }
        var line = AgentLine.Read(text);
        Remember(line);
        onLine(line);
        if (++_count <= (line.Kind == RunEventKind.Message ? MostEvents : MostOfAll) || line.Kind == RunEventKind.Question)
        {
            events.Add(new RunEvent { Seq = 0, At = default, Kind = line.Kind, Text = line.Text, Name = line.Name, Usage = line.Usage });
        }
        else if (!_toldOfRest)
        {
            _toldOfRest = true;
            events.Add(RunEventKind.Warning, $"More than {MostEvents} lines in one turn: the rest stands in the raw log only.");
        }
    }

    private void Remember(AgentLine line)
    {
        Question = line.Kind == RunEventKind.Question ? line.Text ?? "The agent asks for input." : Question;
        SessionId = line.Session ?? SessionId;
        Quota |= line.Quota;
        ResetAt = line.ResetAt ?? ResetAt;
        Usage = line.Usage is { } used ? Usage.Plus(used) : Usage;
        if (line.Kind == RunEventKind.Message && line.Text is { } said)
        {
            _closing.Enqueue(said);
            while (_closing.Count > 20)
            {
                _closing.Dequeue();
            }
        }
    }

    private static string Tail(string text) => text.Length <= LongestSummary ? text : text[^LongestSummary..];
}
