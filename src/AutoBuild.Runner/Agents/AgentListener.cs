using System.Text.RegularExpressions;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Journal;

namespace AutoBuild.Runner.Agents;

/// <summary>Turns the lines of an agent into events, and remembers what decides the turn.</summary>
/// <param name="reader">Knows the agent's format.</param>
/// <param name="context">Paths below its tree are shown without it.</param>
/// <param name="onLine">Is told of each.</param>
internal sealed partial class AgentListener(AgentReader reader, AgentContext context, Action<AgentLine> onLine)
{
    private const int MostEvents = 5_000;
    private const int MostOfAll = 50_000;
    private const int LongestSummary = 4_000;
    private const int MostDenials = 5;

    private readonly EventLog _events = context.Output.Events;
    private readonly Queue<string> _closing = new();
    private readonly List<string> _denials = [];
    private string? _question;
    private string? _last;
    private int _count;
    private bool _toldOfRest;

    /// <summary>What it asks a person: in a line of its own, or at the end of its last words; null where it did anything after it.</summary>
    public string? Question => _question ?? Asked(_last);

    public string? SessionId { get; private set; }

    /// <summary>What it was refused.</summary>
    public IReadOnlyList<string> Denials => _denials;

    public RunUsage Usage { get; private set; } = new();

    /// <summary>The last lines it said.</summary>
    public string? Summary => _closing.Count == 0 ? null : Tail(string.Join('\n', _closing));

    public void Heed(string text)
    {
        foreach (var line in reader.Read(text))
        {
            Tell(Remember(line));
        }
    }

    private void Tell(AgentLine line)
    {
        onLine(line);
        if (line.Kind is not { } kind)
        {
            return;
        }
        if (++_count <= (kind == RunEventKind.Message ? MostEvents : MostOfAll) || kind is RunEventKind.Question or RunEventKind.Usage)
        {
            _events.Add(new RunEvent { Seq = 0, At = default, Kind = kind, Text = Short(line.Text), Name = Short(line.Name), Usage = line.Usage, SessionId = line.Usage is null ? null : SessionId });
        }
        else if (!_toldOfRest)
        {
            _toldOfRest = true;
            _events.Add(RunEventKind.Warning, $"More than {MostEvents} lines in one turn: the rest stands in the raw log only.");
        }
    }

    private string? Short(string? text) => text?.Replace(context.Tree + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    /// <summary>Returns the line with what is new in its count.</summary>
    private AgentLine Remember(AgentLine line)
    {
        if (line.Kind == RunEventKind.Question)
        {
            _question = line.Text ?? "The agent asks for input.";
        }
        else if (line.Kind is RunEventKind.Message or RunEventKind.ToolCall or RunEventKind.FileChange)
        {
            _last = line.Kind == RunEventKind.Message ? line.Text : null;
        }
        Enter(line.Session ?? SessionId);
        if (line.Kind == RunEventKind.PermissionDenied && _denials.Count < MostDenials)
        {
            _denials.Add(line.Name is { } name ? $"{name} {Short(line.Text)}".TrimEnd() : Short(line.Text) ?? "something");
        }
        if (line.Kind == RunEventKind.Message && line.Text is { } said)
        {
            _closing.Enqueue(said);
            while (_closing.Count > 20)
            {
                _closing.Dequeue();
            }
        }
        return line.Usage is null ? line : Counted(line with { Name = line.Name ?? context.Agent.Model });
    }

    private AgentLine Counted(AgentLine line)
    {
        var further = context.Allowance.Take(line, SessionId);
        Usage = Usage.Plus(further);
        return line with { Usage = further };
    }

    private void Enter(string? session)
    {
        if (session is null || session == SessionId)
        {
            return;
        }
        SessionId = session;
        _events.Add(RunEventKind.Session, session == context.SessionId ? "It goes on in its session."
            : context.WithSummary ? "It begins a new session, and is told what those before it left." : "It begins a new session.", session);
    }

    private static string? Asked(string? said) =>
        said is not null && QuestionForm().Match(said) is { Success: true } match ? match.Groups[1].Value.Trim(' ', '\n', '\r', '*', '_', '`') : null;

    private static string Tail(string text) => text.Length <= LongestSummary ? text : text[^LongestSummary..];

    // As the briefing asks for it; models like to set it in bold.
    [GeneratedRegex(@"^[ \t*_#>`]*NEEDS INPUT:[ \t*_`]*(\S.*)\z", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex QuestionForm();
}
