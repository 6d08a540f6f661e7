using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Says when an agent counts as running in circles.</summary>
/// <param name="Repetitions">So often the same tool calls with the same results, one after the other; 0 never.</param>
/// <param name="NoProgress">So long nothing that was not there shortly before; zero never.</param>
internal sealed record LoopLimits(int Repetitions, TimeSpan NoProgress);

/// <summary>Notices an agent that does the same over and over; knows nothing of clocks and processes.</summary>
/// <remarks>
/// What ends an agent are tool calls: the same ones with the same results, in a row or in a cycle of a few. A printed line proves nothing,
/// since builds and tests print the same for minutes; lines that bring nothing new for long are reported, and no more. Silence is another watch's concern.
/// </remarks>
internal sealed class LoopDetector(LoopLimits limits)
{
    private const int LongestCycle = 16;
    private const int Remembered = 512;

    private readonly int[] _ring = new int[LongestCycle];
    private readonly int[] _streaks = new int[LongestCycle + 1];
    private readonly Queue<int> _order = new();
    private readonly HashSet<int> _recent = [];
    private readonly Lock _gate = new();
    private int _steps;
    private int _calls;
    private int _repeats;
    private long _since;
    private string _last = "";

    /// <summary>Takes what an agent said or did; returns why it has to end, once that is so.</summary>
    /// <param name="now">A timestamp in ticks of one clock.</param>
    public RunError? Heed(AgentLine line, long now)
    {
        lock (_gate)
        {
            if (line.Kind == RunEventKind.FileRead)
            {
                // It says of a tool call what its own line has said.
                return null;
            }

            var mark = Mark(line);
            var isNew = Remember(mark) || line.Kind == RunEventKind.FileChange;
            (_since, _repeats, _calls) = isNew ? (now, 0, 0) : (_since, _repeats + 1, _calls + (line.Kind == RunEventKind.ToolCall ? 1 : 0));
            return line.Kind switch
            {
                RunEventKind.FileChange => Forget(),
                RunEventKind.ToolCall or RunEventKind.ToolResult => Step(mark, line),
                null or RunEventKind.Message or RunEventKind.Thinking or RunEventKind.Plan or RunEventKind.Question or RunEventKind.Usage
                    or RunEventKind.ProviderWaiting or RunEventKind.PermissionDenied or RunEventKind.Phase or RunEventKind.AgentStarted or RunEventKind.Session
                    or RunEventKind.AgentEnded or RunEventKind.FileRead or RunEventKind.Setup or RunEventKind.CheckStarted or RunEventKind.CheckEnded
                    or RunEventKind.Committed or RunEventKind.Warning or RunEventKind.Result => null,
            };
        }
    }

    /// <summary>Tells since when there was nothing new, where that is too long and it was not simply silent; null else.</summary>
    /// <param name="frequency">Ticks of a second.</param>
    public (long Since, bool Calls)? Stall(long now, long frequency)
    {
        lock (_gate)
        {
            return limits.NoProgress > TimeSpan.Zero && _repeats > 0 && _repeats >= limits.Repetitions
                && (now - _since) / (double)frequency >= limits.NoProgress.TotalSeconds
                ? (_since, limits.Repetitions > 0 && _calls >= limits.Repetitions) : null;
        }
    }

    /// <summary>Begins anew: something else has shown that it gets on.</summary>
    public void GetsOn(long now)
    {
        lock (_gate)
        {
            (_since, _repeats, _calls) = (now, 0, 0);
        }
    }

    // For each length of a cycle: how many steps in a row were the same as that many steps before.
    private RunError? Step(int mark, AgentLine line)
    {
        if (line.Kind == RunEventKind.ToolCall)
        {
            _last = $"{line.Name} {line.Text}".Trim();
        }

        RunError? found = null;
        for (var cycle = 1; cycle <= LongestCycle; cycle++)
        {
            _streaks[cycle] = cycle <= _steps && _ring[(_steps - cycle) % LongestCycle] == mark ? _streaks[cycle] + 1 : 0;
            if (limits.Repetitions > 0 && _streaks[cycle] >= cycle * (limits.Repetitions - 1) && _streaks[cycle] > 0)
            {
                found ??= new RunError("agent_repeats",
                    $"The agent did the same {limits.Repetitions} times in a row and got the same answer ({Short(_last)}), so it was stopped. What it changed is kept.", Retry: false);
            }
        }

        _ring[_steps % LongestCycle] = mark;
        _steps++;
        return found;
    }

    private RunError? Forget()
    {
        Array.Clear(_streaks);
        _steps = 0;
        return null;
    }

    private bool Remember(int mark)
    {
        if (!_recent.Add(mark))
        {
            return false;
        }

        _order.Enqueue(mark);
        if (_order.Count > Remembered)
        {
            _recent.Remove(_order.Dequeue());
        }

        return true;
    }

    private static int Mark(AgentLine line) => HashCode.Combine(line.Kind, line.Name, line.Text);

    private static string Short(string text) => text.Length <= 120 ? text : text[..120] + "…";
}
