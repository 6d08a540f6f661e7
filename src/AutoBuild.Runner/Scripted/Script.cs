using System.Globalization;

namespace AutoBuild.Runner.Scripted;

/// <summary>Says that a script can't be followed, and where.</summary>
internal sealed class ScriptException(int line, string message) : Exception($"line {line}: {message}");

/// <summary>Is one step: a verb, the rest of its line, and the deeper indented lines below it.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Block">Lines without their common indent, each ended by a line break; null where there are none.</param>
internal sealed record ScriptStep(int Line, string Verb, string Rest, string? Block);

/// <summary>Says when an agent turn takes place.</summary>
/// <param name="Turn">Run of the ticket, from 1.</param>
/// <param name="Round">Agent turn within the attempt: 1 for the task, then the fix rounds.</param>
/// <param name="Attempt">Attempt of the job, from 1.</param>
/// <param name="Message">True where a person's message is being answered.</param>
internal sealed record ScriptMoment(int Turn, int Round, int Attempt, bool Message);

/// <summary>Groups the steps of one header, such as <c>on round 2:</c>.</summary>
internal sealed class ScriptSection
{
    public int? Turn { get; set; }

    public int? Round { get; set; }

    public int? Attempt { get; set; }

    public bool AnyRound { get; set; }

    public bool Message { get; set; }

    public List<ScriptStep> Steps { get; } = [];

    /// <summary>The more is said, the more special.</summary>
    public int Weight => (Turn is null ? 0 : 1) + (Round is null ? 0 : 1) + (Attempt is null ? 0 : 1) + (Message ? 2 : 0);

    public bool Fits(ScriptMoment now) =>
        (Turn ?? now.Turn) == now.Turn
        && (Attempt ?? now.Attempt) == now.Attempt
        && (!Message || now.Message)
        && (Round ?? (AnyRound || Message ? now.Round : 1)) == now.Round;
}

/// <summary>Reads the script language of <c>docs/scripted-agent.md</c>.</summary>
internal sealed class Script
{
    // What stands above all headers is for the first round.
    private readonly List<ScriptSection> _sections = [new() { Round = 1 }];

    /// <summary>All steps of all sections.</summary>
    public IEnumerable<ScriptStep> Steps => _sections.SelectMany(section => section.Steps);

    /// <summary>Reads a script; throws <see cref="ScriptException"/> where a header is wrong.</summary>
    public static Script Parse(string text)
    {
        var script = new Script();
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var at = 0; at < lines.Length; at++)
        {
            var line = lines[at].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            if (line.StartsWith("on ", StringComparison.Ordinal))
            {
                line = script.Open(line, at + 1);
                if (line.Length == 0)
                {
                    continue;
                }
            }
            script.Add(line, lines, ref at);
        }
        return script;
    }

    /// <summary>The steps of this moment: of the sections that fit, the most special one, and of equals the last.</summary>
    public IReadOnlyList<ScriptStep> At(ScriptMoment now)
    {
        var fitting = _sections.Where(section => section.Steps.Count > 0 && section.Fits(now)).ToList();
        return fitting.Count == 0 ? [] : fitting.Last(section => section.Weight == fitting.Max(other => other.Weight)).Steps;
    }

    private void Add(string line, string[] lines, ref int at)
    {
        var number = at + 1;
        var (verb, rest) = Cut(line, ' ');
        var block = TakeBlock(lines, ref at, Indent(lines[at]));
        _sections[^1].Steps.Add(new ScriptStep(number, verb, rest, block));
    }

    private string Open(string line, int number)
    {
        var (header, step) = Cut(line[3..], ':');
        var section = new ScriptSection();
        var words = header.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Where(word => word != "and").ToArray();
        for (var at = 0; at < words.Length; at++)
        {
            if (words[at] == "message")
            {
                section.Message = true;
                continue;
            }
            Set(section, words[at], words.ElementAtOrDefault(++at), number);
        }
        _sections.Add(section);
        return step;
    }

    private static void Set(ScriptSection section, string word, string? value, int number)
    {
        if (word == "round" && value == "any")
        {
            section.AnyRound = true;
            return;
        }
        if (!int.TryParse(value, CultureInfo.InvariantCulture, out var count))
        {
            throw new ScriptException(number, $"expected a number after '{word}', as in 'on round 2:'");
        }
        switch (word)
        {
            case "turn":
                section.Turn = count;
                break;
            case "round":
                section.Round = count;
                break;
            case "attempt":
                section.Attempt = count;
                break;
            default:
                throw new ScriptException(number, $"'{word}' is no condition; expected turn, round, attempt or message");
        }
    }

    private static string? TakeBlock(string[] lines, ref int at, int indent)
    {
        var first = at + 1;
        var end = first;
        for (var next = first; next < lines.Length && (lines[next].Trim().Length == 0 || Indent(lines[next]) > indent); next++)
        {
            end = lines[next].Trim().Length == 0 ? end : next + 1;
        }
        if (end == first)
        {
            return null;
        }
        at = end - 1;
        var block = lines[first..end];
        var common = block.Where(line => line.Trim().Length > 0).Min(Indent);
        return string.Concat(block.Select(line => (line.Length > common ? line[common..] : "") + "\n"));
    }

    private static int Indent(string line) => line.Length - line.TrimStart(' ', '\t').Length;

    private static (string Head, string Tail) Cut(string text, char at) => text.IndexOf(at, StringComparison.Ordinal) is var found and >= 0
        ? (text[..found].Trim(), text[(found + 1)..].Trim())
        : (text, "");
}
